"""The report: one HTML page that holds all it shows, for the screen (light or dark) and for paper."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dnnmig_gui import __version__
from dnnmig_gui.core.errors import InfeasibleError, InputError
from dnnmig_gui.core.planning import MigrationPlan, upload_plans
from dnnmig_gui.core.registry import Kind, find_method, method_names
from dnnmig_gui.core.reporting import numbers
from dnnmig_gui.core.reporting.convergence import Curve, History, curve_of
from dnnmig_gui.core.reporting.figures import inline_svg
from dnnmig_gui.core.reporting.figures.convergence import draw_convergence
from dnnmig_gui.core.reporting.figures.gantt import draw_gantt
from dnnmig_gui.core.reporting.figures.layers import draw_layers
from dnnmig_gui.core.reporting.figures.staircase import draw_staircase, horizon_is_shown
from dnnmig_gui.core.reporting.figures.topology import draw_topology
from dnnmig_gui.core.reporting.methods_document import parameter_facts
from dnnmig_gui.core.reporting.palette import STAND_INS, css_variables
from dnnmig_gui.core.reporting.stretches import layers_text, stretches
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.core.simulation import Trace
from dnnmig_gui.core.simulation.summary import summarise
from dnnmig_gui.core.uploading import UploadingPlan

TEMPLATE = "report.html"


@dataclass(frozen=True)
class Origin:
    """Where a report comes from, so that a reader can make it again.

    Parameters
    ----------
    scenario_file
        Name of the scenario's file.
    sha256
        Hash of its text.
    command
        The command line that writes the same report.
    offloading, uploading
        The choices of methods that the plan was made with.
    """

    scenario_file: str
    sha256: str
    command: str
    offloading: MethodChoice
    uploading: MethodChoice


def uploading_alternatives(plan: MigrationPlan, run: Run) -> dict[str, tuple[UploadingPlan, ...]]:
    """Return what every uploading method makes of a plan, the plan's own first; one that refuses is left out."""
    found = {plan.uploading_method: tuple(user.uploading for user in plan.users)}
    names = [name for name in method_names("uploading") if name != plan.uploading_method]
    for number, name in enumerate(names):
        try:
            found |= upload_plans(plan, [name], run.part(number / len(names), (number + 1) / len(names)))
        except (InputError, InfeasibleError):
            continue  # such as `efficiency` beyond its number of layers
    return found


def common_horizon_s(alternatives: Mapping[str, tuple[UploadingPlan, ...]]) -> float:
    """Return the longest upload of all users under all methods."""
    return max((plan.upload_s for plans in alternatives.values() for plan in plans), default=0.0)


def report_html(
    plan: MigrationPlan,
    trace: Trace,
    alternatives: Mapping[str, tuple[UploadingPlan, ...]],
    origin: Origin,
    histories: Sequence[History] = (),
) -> str:
    """Return the report of a plan and its run.

    Parameters
    ----------
    trace
        The running phase of `plan`.
    alternatives
        Uploading plans by method name, the followed one included: for each method one plan a user.
    histories
        How the offloading method came to its plans, one a seed; the plan's own unless given.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("dnnmig_gui.core.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    horizon_s = common_horizon_s(alternatives)
    return environment.get_template(TEMPLATE).render(
        css_variables=css_variables(),
        scenario=plan.scenario,
        plan=plan,
        origin=origin,
        headline=_headline(plan),
        servers=_servers(plan),
        limited=any(server.memory_mb is not None for server in plan.scenario.servers),
        links=_links(plan),
        topology_figure=inline_svg(draw_topology(plan, STAND_INS), "topology", _topology_alt(plan)),
        users=[_user(plan, number, alternatives, horizon_s) for number in range(len(plan.users))],
        horizon=numbers.seconds_text(horizon_s),
        comparison=_comparison(plan, alternatives, horizon_s),
        run=_run_facts(trace),
        run_figure=inline_svg(
            draw_gantt(trace, {server.id: server.tier for server in plan.problem.topology.servers}, STAND_INS),
            "run",
            "Lanes of the run: uploads, queries and servers over time",
        ),
        convergence=_convergence(plan, curve_of(histories or [plan.offloading.history])),
        methods=_methods(plan, origin),
        versions=_versions(),
        text=numbers,
    )


def _convergence(plan: MigrationPlan, curve: Curve) -> dict[str, Any] | None:
    """Return the figure of the search and what it says; None where it shows nothing."""
    if not curve.moves:
        return None
    title = method_title("offloading", plan.offloading_method)
    figure = draw_convergence({title: curve}, plan.offloading.bound, STAND_INS)
    return {
        "figure": inline_svg(figure, "convergence", f"Best objective of {title} by evaluations"),
        "seeds": curve.seeds,
        "evaluations": numbers.count_text(int(curve.evaluations[-1])),
    }


def method_title(kind: Kind, name: str) -> str:
    """Return a method's title; its name where the method is not installed."""
    try:
        return find_method(kind, name).title
    except InputError:
        return name


def _headline(plan: MigrationPlan) -> dict[str, Any]:
    local = sum(
        user.share * planned.local.delay_s for user, planned in zip(plan.problem.users, plan.users, strict=True)
    )
    value, _, unit = numbers.seconds_text(plan.system_delay_s).partition(numbers.SPACE)
    return {
        "value": value,
        "unit": unit,
        "local": numbers.seconds_text(local),
        "gap": numbers.gap_text(plan.offloading.gap),
        "proven": plan.offloading.gap is not None and plan.offloading.gap <= 1e-9,
        "partitions": numbers.count_text(sum(len(user.uploading.partitions) for user in plan.users)),
        "upload": numbers.seconds_text(max((user.uploading.upload_s for user in plan.users), default=0.0)),
        "energy": numbers.energy_text(sum(user.figures.energy_j for user in plan.users)),
        "money": numbers.money_text(sum(user.figures.money for user in plan.users) * 1000) if _priced(plan) else "",
        "planned_in": numbers.seconds_text(plan.offloading.seconds),
    }


def _priced(plan: MigrationPlan) -> bool:
    """Return whether anything has a price."""
    return any(user.figures.money > 0 or user.local.money > 0 for user in plan.users)


def _servers(plan: MigrationPlan) -> list[dict[str, Any]]:
    rows = []
    for number, server in enumerate(plan.problem.topology.servers):
        layers, hosted = 0, 0.0
        for user, problem in zip(plan.users, plan.problem.users, strict=True):
            here = (user.places == number) & problem.computes
            layers += int(here.sum())
            hosted += float(problem.param_bytes[here].sum())
        rows.append(
            {
                "id": server.id,
                "tier": server.tier,
                "speed": numbers.ghz_text(server.compute_ghz),
                "per_cycle": numbers.plain_text(server.flops_per_cycle),
                "memory": ""
                if server.memory_mb is None
                else f"{numbers.plain_text(server.memory_mb)}{numbers.SPACE}MB",
                "layers": numbers.count_text(layers) if layers else "",
                "hosted": _some_bytes(hosted),
            }
        )
    return rows


def _links(plan: MigrationPlan) -> list[dict[str, str]]:
    scenario = plan.scenario
    rows = [
        _link(pair.replace("-", " \u2013 "), "every pair", default) for pair, default in scenario.link_defaults.items()
    ]
    return rows + [_link(" \u2013 ".join(link.between), "this pair", link) for link in scenario.links]


def _link(name: str, holds_for: str, link: Any) -> dict[str, str]:
    def told(value: float | None, text: str) -> str:
        return "as its tiers" if value is None else text

    back = link.bandwidth_back_mb_per_s
    return {
        "name": name,
        "holds_for": holds_for,
        "rate": told(link.bandwidth_mb_per_s, numbers.rate_text(link.bandwidth_mb_per_s)),
        "back": "the same" if back is None else numbers.rate_text(back),
        "latency": told(link.latency_ms, f"{numbers.plain_text(link.latency_ms)}{numbers.SPACE}ms"),
        "price": told(link.price_per_gb, numbers.plain_text(link.price_per_gb)),
    }


def _topology_alt(plan: MigrationPlan) -> str:
    count = {tier: len(servers) for tier, servers in plan.problem.tier_servers.items()}
    return f"Topology: {count['client']} clients, {count['edge']} edge servers, {count['cloud']} cloud servers"


def _user(
    plan: MigrationPlan, number: int, alternatives: Mapping[str, tuple[UploadingPlan, ...]], horizon_s: float
) -> dict[str, Any]:
    user, problem = plan.users[number], plan.problem.users[number]
    servers = plan.problem.topology.servers
    model = problem.model
    document = plan.scenario.users[number]
    titles = {name: method_title("uploading", name) for name in alternatives}
    staircase = draw_staircase(
        {name: plans[number] for name, plans in alternatives.items()},
        plan.uploading_method,
        horizon_s,
        STAND_INS,
        titles,
    )
    delay, local = user.figures.delay_s, user.local.delay_s
    return {
        "id": user.id,
        "client": document.client,
        "model": model.name,
        "layers": numbers.count_text(len(model)),
        "flops": numbers.flops_text(model.total_flops),
        "params": numbers.bytes_text(model.total_param_bytes),
        "violations": user.violations,
        "figures": [
            ("Query delay", numbers.seconds_text(local), numbers.seconds_text(delay), _change(local, delay)),
            (
                "Energy a query",
                numbers.energy_text(user.local.energy_j),
                numbers.energy_text(user.figures.energy_j),
                _change(user.local.energy_j, user.figures.energy_j),
            ),
            *(
                [
                    (
                        "Money a query",
                        numbers.money_text(user.local.money),
                        numbers.money_text(user.figures.money),
                        _change(user.local.money, user.figures.money),
                    )
                ]
                if _priced(plan)
                else []
            ),
        ],
        "stretches": [
            {
                "server": servers[stretch.server].id,
                "tier": servers[stretch.server].tier,
                "layers": layers_text(model, tuple(range(stretch.first, stretch.last + 1))),
                "bytes": _some_bytes(float(problem.param_bytes[stretch.first : stretch.last + 1].sum())),
            }
            for stretch in stretches(user.places)
        ],
        "strip": inline_svg(
            draw_layers(plan, number, STAND_INS), f"layers-{number}", f"Layers of {model.name} by where they run"
        ),
        "partitions": [
            {
                "index": partition.index,
                "server": servers[partition.server].id,
                "tier": servers[partition.server].tier,
                "layers": layers_text(model, partition.layers),
                "bytes": numbers.bytes_text(partition.size_bytes),
                "upload": numbers.seconds_text(partition.upload_s),
                "done": numbers.seconds_text(partition.done_s),
                "after": numbers.seconds_text(partition.query_delay_after_s),
            }
            for partition in user.uploading.partitions
        ],
        "uploads": any(plans[number].partitions for plans in alternatives.values()),
        "horizon_shown": horizon_is_shown([plans[number] for plans in alternatives.values()], horizon_s),
        "staircase": inline_svg(
            staircase, f"staircase-{number}", f"Query delay of {user.id} over time by uploading method"
        ),
    }


def _some_bytes(size_bytes: float) -> str:
    return numbers.bytes_text(size_bytes) if size_bytes else ""


def _change(before: float, after: float) -> str:
    """Return how a figure changes, in words."""
    if before <= 0 or after == before:
        return "the same" if after == before else numbers.UNKNOWN
    if after <= 0:
        return "gone"
    factor = before / after
    if abs(factor - 1) < 0.0005:
        return "the same"
    return (
        f"{numbers.number_text(factor)} times less" if factor > 1 else f"{numbers.number_text(1 / factor)} times more"
    )


def _comparison(
    plan: MigrationPlan, alternatives: Mapping[str, tuple[UploadingPlan, ...]], horizon_s: float
) -> list[dict[str, Any]]:
    most = max(
        (sum(upload.queries_until(horizon_s) for upload in plans) for plans in alternatives.values()), default=0.0
    )
    rows = []
    for name, plans in alternatives.items():
        queries = sum(upload.queries_until(horizon_s) for upload in plans)
        during = sum(upload.queries_during_upload for upload in plans)
        upload_s = sum(upload.upload_s for upload in plans)
        mean_s = upload_s / during if during > 0 else sum(one.mean_query_delay_s for one in plans) / len(plans)
        rows.append(
            {
                "title": method_title("uploading", name),
                "followed": name == plan.uploading_method,
                "partitions": numbers.count_text(sum(len(upload.partitions) for upload in plans)),
                "upload": numbers.seconds_text(max(upload.upload_s for upload in plans)),
                "mean": numbers.seconds_text(mean_s),
                "queries": numbers.count_text(queries),
                "share": queries / most if most > 0 else 0.0,
                "best": queries >= most * (1 - 1e-9),
            }
        )
    return sorted(rows, key=lambda row: row["share"])


def _run_facts(trace: Trace) -> dict[str, Any]:
    summary = summarise(trace)
    return {
        "length": numbers.seconds_text(summary.end_s),
        "users": [
            {
                "id": user.id,
                "queries": numbers.count_text(user.queries),
                "mean": numbers.seconds_text(user.mean_delay_s),
                "median": numbers.seconds_text(user.median_delay_s),
                "p95": numbers.seconds_text(user.p95_delay_s),
                "uploaded": numbers.bytes_text(user.uploaded_bytes),
                "upload_end": numbers.seconds_text(user.upload_end_s),
            }
            for user in summary.users
        ],
        "busy": [
            (server.id, numbers.percent_text(server.busy_share)) for server in summary.servers if server.busy_share > 0
        ],
    }


def _methods(plan: MigrationPlan, origin: Origin) -> list[dict[str, Any]]:
    chosen: list[tuple[Kind, MethodChoice]] = [
        *(("preprocessing", choice) for choice in plan.scenario.preprocessing),
        ("offloading", origin.offloading),
        ("uploading", origin.uploading),
    ]
    rows = []
    for kind, choice in chosen:
        method = find_method(kind, choice.method)
        values = method.read_parameters(choice.parameters)
        rows.append(
            {
                "kind": kind.capitalize(),
                "name": method.name,
                "title": method.title,
                "summary": method.summary,
                "source": method.source,
                "parameters": [
                    {
                        "title": facts.title,
                        "value": facts.value_text(getattr(values, facts.name)),
                        "default": facts.value_text(facts.default),
                        "changed": getattr(values, facts.name) != facts.default,
                        "description": facts.description,
                    }
                    for facts in parameter_facts(method)
                ],
            }
        )
    return rows


def _versions() -> list[tuple[str, str]]:
    from importlib.metadata import version

    return [
        ("DNN Migration Planner", __version__),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in ("numpy", "scipy", "matplotlib")),
    ]
