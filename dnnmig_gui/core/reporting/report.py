"""What a report of a plan and its run holds, in words and figures; `report_file` writes it as a page or as a PDF."""

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
from dnnmig_gui.core.reporting.figures.convergence import draw_convergence
from dnnmig_gui.core.reporting.figures.gantt import draw_gantt
from dnnmig_gui.core.reporting.figures.topology import draw_topology
from dnnmig_gui.core.reporting.methods_document import method_title, parameter_facts
from dnnmig_gui.core.reporting.report_pictures import Pictures
from dnnmig_gui.core.reporting.report_places import links, servers, topology_alt
from dnnmig_gui.core.reporting.report_users import is_priced, run_facts, user_facts
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.core.simulation import Trace
from dnnmig_gui.core.uploading import UploadingPlan


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


def report_facts(
    plan: MigrationPlan,
    trace: Trace,
    alternatives: Mapping[str, tuple[UploadingPlan, ...]],
    origin: Origin,
    histories: Sequence[History],
    pictures: Pictures,
) -> dict[str, Any]:
    """Return all that a report tells, ready to be set: nested dicts and lists of texts, numbers and pictures.

    Parameters
    ----------
    trace
        The running phase of `plan`.
    alternatives
        Uploading plans by method name, the followed one included: for each method one plan a user.
    histories
        How the offloading method came to its plans, one a seed; the plan's own where there are none.
    """
    horizon_s = common_horizon_s(alternatives)
    tiers = {server.id: server.tier for server in plan.problem.topology.servers}
    return {
        "name": plan.scenario.name,
        "description": plan.scenario.description,
        "seed": plan.seed,
        "origin": {"scenario_file": origin.scenario_file, "sha256": origin.sha256, "command": origin.command},
        "headline": _headline(plan),
        "servers": servers(plan),
        "limited": any(server.memory_mb is not None for server in plan.scenario.servers),
        "links": links(plan),
        "topology_figure": pictures.picture(draw_topology(plan, pictures.colors), topology_alt(plan)),
        "users": [user_facts(plan, number, alternatives, horizon_s, pictures) for number in range(len(plan.users))],
        "horizon": numbers.seconds_text(horizon_s),
        "comparison": _comparison(plan, alternatives, horizon_s),
        "run": run_facts(trace),
        "run_figure": pictures.picture(
            draw_gantt(trace, tiers, pictures.colors),
            "Lanes of the run: uploads, queries and servers over time",
        ),
        "convergence": _convergence(plan, curve_of(histories or [plan.offloading.history]), pictures),
        "methods": _methods(plan, origin),
        "versions": _versions(),
    }


def _convergence(plan: MigrationPlan, curve: Curve, pictures: Pictures) -> dict[str, Any] | None:
    """Return the figure of the search and what it says; None where it shows nothing."""
    if not curve.moves:
        return None
    title = method_title("offloading", plan.offloading_method)
    figure = draw_convergence({title: curve}, plan.offloading.bound, pictures.colors)
    return {
        "figure": pictures.picture(figure, f"Best objective of {title} by evaluations"),
        "seeds": curve.seeds,
        "evaluations": numbers.count_text(int(curve.evaluations[-1])),
    }


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
        "money": numbers.money_text(sum(user.figures.money for user in plan.users) * 1000) if is_priced(plan) else "",
        "planned_in": numbers.seconds_text(plan.offloading.seconds),
    }


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
                "best": numbers.count_text(queries) == numbers.count_text(most),
            }
        )
    return sorted(rows, key=lambda row: row["share"])


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
