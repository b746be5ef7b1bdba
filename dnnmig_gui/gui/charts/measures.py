"""What the charts of a run measure: from the plan and its trace to the data of a chart. No Qt widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dnnmig_gui.core.costs.contention import users_on_servers
from dnnmig_gui.core.costs.problem import LinearCost
from dnnmig_gui.core.registry import find_method, method_names
from dnnmig_gui.core.simulation.fairness import fairness
from dnnmig_gui.core.simulation.summary import RunSummary, summarise
from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.core.topology import TIERS
from dnnmig_gui.gui.charts.data import Chart, FloatArray, Line, Quantity
from dnnmig_gui.gui.charts.lanes import user_names
from dnnmig_gui.gui.charts.run_stairs import run_stairs
from dnnmig_gui.gui.charts.service import TIME, fairness_chart, links_chart, percentiles_chart, worst_off_chart
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planned_run import PlannedRun

if TYPE_CHECKING:
    from dnnmig_gui.core.planning import MigrationPlan

MIB = 2**20
USER_LOOKS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("series_1", (3.5, 2.0)),
    ("series_2", (1.0, 2.0)),
    ("series_1", (4.0, 2.0, 1.0, 2.0)),
    ("series_2", (6.0, 3.0)),
)
"""Looks of the users who are not followed."""


def charts_of(run: PlannedRun, user: int) -> tuple[Chart, ...]:
    """Return all charts that a run and a followed user give at once."""
    summary = summarise(run.trace)
    evenness = fairness(run.plan, run.trace)
    return (
        delay_chart(run, user),
        percentiles_chart(run, summary),
        upload_chart(run, user),
        utilisation_chart(run, summary),
        links_chart(summary),
        fairness_chart(run, evenness),
        worst_off_chart(run, evenness),
        search_chart(run),
        layer_chart(run, user),
        energy_chart(run),
        money_chart(run),
    )


def delay_chart(run: PlannedRun, user: int) -> Chart:
    """Return the delay of a query over time, one line an uploading method."""
    known = method_names("uploading")
    titles = {name: tr(find_method("uploading", name).title) if name in known else name for name in run.alternatives}
    lines = []
    for line in run_stairs(run, user, titles):
        inside = line.start <= line.until
        x, y = line.start[inside], line.delay[inside]
        if len(x):
            x, y = np.append(x, max(line.until, float(x[-1]))), np.append(y, y[-1])
        lines.append(Line(line.title, x, y, line.token, line.dash))
    who = user_names(run.trace)[user]
    story = tr("How long a query of {who} takes while the upload proceeds, by uploading method.").format(who=who)
    delay = Quantity(tr("Query delay"), "s")
    return Chart("query-delay", tr("Query delay"), story, "steps", TIME, delay, tuple(lines), of_time=True)


def upload_chart(run: PlannedRun, user: int) -> Chart:
    """Return how much of each user's model has been carried over time; what failed does not count."""
    trace = run.trace
    names = user_names(trace)
    lines, others = [], 0
    for number, name in enumerate(names):
        rows = trace.of_kind(SliceKind.UPLOAD)
        rows = rows[trace.user[rows] == number]
        if not len(rows):
            continue
        sizes = trace.size_bytes[rows] / MIB
        x = np.column_stack((trace.start[rows], trace.end[rows])).ravel()
        after = np.cumsum(sizes)
        y = np.column_stack((after - sizes, after)).ravel()
        until = min(run.plan.problem.users[number].departure_s, run.end_s)
        if len(x) and x[-1] < until:
            x, y = np.append(x, until), np.append(y, y[-1])  # what is uploaded stays
        token, dash = ("accent", ()) if number == user else USER_LOOKS[others % len(USER_LOOKS)]
        others += number != user
        lines.append(Line(name, x, y, token, dash))
    lines.sort(key=lambda line: line.token == "accent")
    story = tr("How much of each user's model lies on its servers.")
    return Chart(
        "upload",
        tr("Upload progress"),
        story,
        "line",
        TIME,
        Quantity(tr("Uploaded"), "MiB"),
        tuple(lines),
        of_time=True,
    )


def utilisation_chart(run: PlannedRun, summary: RunSummary) -> Chart:
    """Return the share of the run in which each server that ever works was running layers."""
    tiers = [server.tier for server in run.plan.problem.topology.servers]
    found = [
        (id_title(server.id), tiers[number], server.busy_share)
        for number, server in enumerate(summary.servers)
        if server.busy_share > 0
    ]
    names = tuple(name for name, _, _ in found)
    lines = []
    for tier in TIERS:
        own = [(place, share) for place, (_, each, share) in enumerate(found) if each == tier]
        if own:
            x, y = (np.array(values, dtype=float) for values in zip(*own, strict=True))
            lines.append(Line(tr(tier.capitalize()), x, 100 * y, tier))
    story = tr("Share of the run in which each server was running layers; servers that never do are left out.")
    share = Quantity(tr("Busy"), "%")
    return Chart(
        "utilisation",
        tr("Utilisation"),
        story,
        "bars",
        Quantity(tr("Server")),
        share,
        tuple(lines),
        names,
        stacked=True,
    )


def search_chart(run: PlannedRun) -> Chart:
    """Return the best objective found so far over the plans evaluated, and the proven bound."""
    plan = run.plan.offloading
    history = plan.history or ((max(1, plan.evaluations), plan.seconds, plan.objective),)
    x = np.array([max(1, evaluations) for evaluations, _, _ in history], dtype=float)
    y = np.array([objective for _, _, objective in history], dtype=float)
    last = float(max(plan.evaluations, x[-1]))
    if last > x[-1]:
        x, y = np.append(x, last), np.append(y, y[-1])
    finite = np.isfinite(y)
    title = run.plan.offloading_method
    if title in method_names("offloading"):
        title = tr(find_method("offloading", title).title)
    lines = [Line(title, x[finite], y[finite], "accent")]
    if plan.bound is not None and len(x):
        ends = np.array([x[0], max(last, x[0])])
        lines.insert(0, Line(tr("Proven bound"), ends, np.full(2, plan.bound), "series_1", (3.5, 2.0)))
    story = tr("The best objective found so far; no plan can lie under the bound.")
    evaluated = Quantity(tr("Plans evaluated"))
    return Chart(
        "search",
        tr("Search progress"),
        story,
        "steps",
        evaluated,
        Quantity(tr("Objective")),
        tuple(lines) if finite.any() and last > x[finite][0] else (),
        nothing=tr("This method searches nothing: it found its plan in one step"),
    )


def layer_chart(run: PlannedRun, user: int) -> Chart:
    """Return the execution time of each layer of a user's model, on the client and where it is planned."""
    problem = run.plan.problem
    own, places = problem.users[user], run.plan.users[user].places
    stretch = users_on_servers(problem, tuple(each.places for each in run.plan.users))[user]
    shown = np.flatnonzero(own.computes)
    planned = own.execution_s[shown, places[shown]] * stretch[places[shown]]
    x = np.arange(len(shown), dtype=float)
    names = tuple(own.model.layers[number].name for number in shown)
    tiers = [problem.topology.servers[places[number]].tier for number in shown]
    lines = [Line(tr("On the client"), x, own.execution_s[shown, own.client], "series_2")]
    for tier in TIERS:
        mine = np.array([each == tier for each in tiers])
        if mine.any():
            lines.append(
                Line(tr("As planned, {tier}").format(tier=tr(tier.capitalize()).lower()), x[mine], planned[mine], tier)
            )
    who = user_names(run.trace)[user]
    story = tr("Execution time of each layer of {who}'s model: all on the client, and where the plan runs it.").format(
        who=who
    )
    seconds = Quantity(tr("Execution time"), "s")
    return Chart("layers", tr("Layers"), story, "bars", Quantity(tr("Layer")), seconds, tuple(lines), names)


def cost_parts(plan: MigrationPlan, user: int, cost: LinearCost) -> dict[str, float]:
    """Return a cost of a user's query by where it arises: executions by tier, and transfers; they sum to the whole."""
    problem = plan.problem
    own, places = problem.users[user], plan.users[user].places
    stretch = users_on_servers(problem, tuple(each.places for each in plan.users))[user]
    values: FloatArray = cost.execution[np.arange(len(places)), places] * stretch[places]
    tiers = np.array([TIERS.index(server.tier) for server in problem.topology.servers])[places]
    found: dict[str, float] = {tier: float(values[tiers == number].sum()) for number, tier in enumerate(TIERS)}
    arrived = np.append(places, own.client)
    transfers = 0.0
    for producer, size, readers in zip(
        own.tensors.producer, own.tensors.size_bytes, own.tensors.consumers, strict=True
    ):
        start = int(arrived[producer])
        for end in {int(arrived[reader]) for reader in readers} - {start}:
            transfers += float(cost.per_transfer[start, end] + size * cost.per_byte[start, end])
    found["links"] = transfers
    return found


def energy_chart(run: PlannedRun) -> Chart:
    """Return the energy of a query of each user by what takes it."""
    titles = {
        "client": tr("Running layers on the client"),
        "edge": tr("While edge servers run"),
        "cloud": tr("While cloud servers run"),
        "links": tr("Sending and receiving"),
    }
    costs = [user.energy for user in run.plan.problem.users]
    story = tr("Energy of one query of each user once everything is uploaded.")
    return _breakdown(run, costs, "energy", tr("Energy"), story, Quantity(tr("Energy a query"), "J"), titles, 1.0)


def money_chart(run: PlannedRun) -> Chart:
    """Return the price of a thousand queries of each user by what takes it."""
    titles = {"client": tr("Client"), "edge": tr("Edge servers"), "cloud": tr("Cloud servers"), "links": tr("Links")}
    costs = [user.money for user in run.plan.problem.users]
    story = tr("Price of 1,000 queries of each user once everything is uploaded, in the scenario's currency.")
    return _breakdown(run, costs, "money", tr("Money"), story, Quantity(tr("Price of 1,000 queries")), titles, 1000.0)


def _breakdown(
    run: PlannedRun,
    costs: list[LinearCost],
    name: str,
    title: str,
    story: str,
    quantity: Quantity,
    titles: dict[str, str],
    factor: float,
) -> Chart:
    parts = [cost_parts(run.plan, number, cost) for number, cost in enumerate(costs)]
    x = np.arange(len(parts), dtype=float)
    lines = []
    for part, words in titles.items():
        y = factor * np.array([each[part] for each in parts])
        if (y > 0).any():
            lines.append(Line(words, x, y, "series_2" if part == "links" else part))
    users = user_names(run.trace)
    nothing = (
        tr("Nothing costs anything: no server has a price, no link either")
        if name == "money"
        else tr("No power is given")
    )
    user = Quantity(tr("User"))
    return Chart(name, title, story, "bars", user, quantity, tuple(lines), users, stacked=True, nothing=nothing)
