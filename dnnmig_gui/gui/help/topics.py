"""What the guide tells: first steps, words, and what each method does, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from dnnmig_gui.core.registry import KINDS, Kind, Method, all_methods, broken_methods
from dnnmig_gui.gui.language import mark, tr

KIND_TITLES: dict[Kind, str] = {
    "preprocessing": mark("Preprocessing"),
    "offloading": mark("Offloading methods"),
    "uploading": mark("Uploading methods"),
}
_KIND_LEADS: dict[Kind, str] = {
    "preprocessing": mark("It changes a model before it is planned."),
    "offloading": mark("It decides where each layer runs."),
    "uploading": mark("It decides which layers are uploaded first."),
}


@dataclass(frozen=True)
class Topic:
    """One page of the guide: rich text of the few tags that Qt knows."""

    id: str
    group: str
    title: str
    text: str


FIRST_STEPS = mark("""
<p>The planner answers two questions about a deep neural network that a weak device has to run: <b>which layers should
run elsewhere</b>, and <b>what should be uploaded first</b>, so that queries get faster long before the upload is
over.</p>
<ol>
<li><b>Open an example</b>, or draw a topology: clients at the left, edge servers in the middle, clouds at the
right.</li>
<li><b>Choose methods</b> in the Plan tab at the right, and what matters: delay, energy, money.</li>
<li><b>Plan</b> (Ctrl+Enter). The result says what a query takes now and took before, and how far from the best the
plan can be at most.</li>
<li><b>Play</b> (Space). Partitions travel to their servers, layers change colour when a server confirms them, and the
staircase shows how the delay of a query falls.</li>
<li><b>Change something</b> and plan again; every edit can be undone.</li>
</ol>
<p>Everything can be found by a few letters with <b>Ctrl+Shift+P</b>; <b>?</b> shows all keys.</p>
""")

WORDS = mark("""
<p><b>Scenario</b>: the document: servers, links, models, users and settings. <b>Model</b>: a DNN, a graph of layers.
<b>Layer</b>: one step of it. <b>Tensor</b>: what a layer hands to the next; its bytes cross the network when the two
run in different places. <b>Cut point</b>: a place between layers where a single tensor is open.</p>
<p><b>Server</b>: any place that can run a layer. Its <b>tier</b> is <b>client</b>, <b>edge</b> (near to clients) or
<b>cloud</b> (far away). <b>Link</b>, <b>route</b>: a connection of two servers; the fastest path of links.
<b>Profile</b>: how long each layer takes on each server, where it was measured.</p>
<p><b>User</b>: a client that asks queries of a model, from its arrival until its departure, with its own weights and
limits. <b>Query</b>: one inference; the client asks one after the other.</p>
<p><b>Offloading plan</b>: which layer runs where. <b>Uploading plan</b>: in which order layers get there. <b>P1, P2,
P3</b>: P1 is what is planned for edge and cloud, P2 what stays on the client, a P3 is one piece of P1 that is uploaded
in one go.</p>
<p><b>CR</b>: the confirmation that a server sends when a P3 has arrived. From then on queries may use it. A failed CR
means that the P3 is sent again.</p>
<p><b>Serial delay</b>: layers run one by one, as in the article; a query takes the sum of all executions and
transfers. <b>Parallel delay</b>: branches run at the same time; a query takes as long as its longest path. Choose it in
the Run tab.</p>
<p><b>System delay</b>: the sum over users of the delay of a query. <b>Objective</b>: what a plan makes small: delay,
energy and money by their weights. <b>Bound, gap</b>: a proven lower bound of the objective, and how far above it the
plan is: gap 0 means that no plan is better.</p>
<p><b>Limit</b>: what a plan must keep: a deadline, memory, an energy budget, layers pinned to or barred from servers.
<b>Contention</b>: users on one server share its speed. <b>Horizon</b>: when the run ends. <b>Outage</b>: a time in
which a link or a server does not work.</p>
<p><b>Pareto front</b>: the plans that no other beats in delay, energy and money at once.</p>
""")

COLOURS = mark("""
<p>Colour says <b>where</b> and nothing else: orange is the client, green the edge, blue the cloud. Vermilion is
failure.</p>
<p><b>Solid</b>: runs. <b>Hatched</b>: is being uploaded. <b>Dashed</b>: planned. <b>Tinted</b>: the query is open, but
another server works on it. A <b>diamond</b> is a CR, filled once it has arrived. A <b>pin</b> marks a layer that a
limit holds where it is.</p>
<p>Nothing is told by colour alone: tiers also differ by icon and by place. View &gt; High contrast adds outlines and
stronger text.</p>
""")


def topics() -> tuple[Topic, ...]:
    """Return every page of the guide, in its order."""
    made = [
        Topic("first-steps", tr("Start"), tr("First steps"), tr(FIRST_STEPS)),
        Topic("words", tr("Start"), tr("Words"), tr(WORDS)),
        Topic("colours", tr("Start"), tr("Colours and signs"), tr(COLOURS)),
    ]
    for kind in KINDS:
        made += [_method_topic(kind, method) for method in all_methods(kind)]
        made += [
            Topic(
                f"broken/{kind}/{number}", tr(KIND_TITLES[kind]), tr("Cannot be loaded"), f"<p>{escape(str(error))}</p>"
            )
            for number, error in enumerate(broken_methods(kind))
        ]
    return tuple(made)


def method_topic_id(kind: str, name: str) -> str:
    """Return the id of a method's page."""
    return f"method/{kind}/{name}"


def _method_topic(kind: Kind, method: Method) -> Topic:
    fields = method.parameters.model_fields
    rows = "".join(
        f"<li><b>{escape(tr(field.title or name.replace('_', ' ').capitalize()))}</b>"
        f"{f': {escape(tr(field.description))}' if field.description else ''}</li>"
        for name, field in fields.items()
    )
    parameters = (
        f"<p><b>{tr('Parameters')}</b></p><ul>{rows}</ul>" if rows else f"<p>{tr('It has nothing to set.')}</p>"
    )
    text = (
        f"<p>{escape(tr(method.summary))}</p>{parameters}"
        f"<p><b>{tr('Source')}</b><br>{escape(method.source)}</p>"
        f"<p>{tr('In scenarios and on the command line:')} <code>{escape(method.name)}</code>."
        f" {tr(_KIND_LEADS[kind])}</p>"
    )
    return Topic(method_topic_id(kind, method.name), tr(KIND_TITLES[kind]), tr(method.title), text)
