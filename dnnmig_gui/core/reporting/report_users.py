"""What a report tells of each user: the plan's figures, places and uploads, and how the run went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.reporting import numbers
from dnnmig_gui.core.reporting.figures.layers import draw_layers
from dnnmig_gui.core.reporting.figures.staircase import draw_staircase, horizon_is_shown
from dnnmig_gui.core.reporting.methods_document import method_title
from dnnmig_gui.core.reporting.report_pictures import Pictures
from dnnmig_gui.core.reporting.stretches import layers_text, stretches
from dnnmig_gui.core.simulation import Trace
from dnnmig_gui.core.simulation.summary import summarise
from dnnmig_gui.core.uploading import UploadingPlan


def is_priced(plan: MigrationPlan) -> bool:
    """Return whether anything has a price."""
    return any(user.figures.money > 0 or user.local.money > 0 for user in plan.users)


def user_facts(
    plan: MigrationPlan,
    number: int,
    alternatives: Mapping[str, tuple[UploadingPlan, ...]],
    horizon_s: float,
    pictures: Pictures,
) -> dict[str, Any]:
    """Return all that the report tells of a user."""
    user, problem = plan.users[number], plan.problem.users[number]
    servers = plan.problem.topology.servers
    model = problem.model
    document = plan.scenario.users[number]
    titles = {name: method_title("uploading", name) for name in alternatives}
    staircase = draw_staircase(
        {name: plans[number] for name, plans in alternatives.items()},
        plan.uploading_method,
        horizon_s,
        pictures.colors,
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
                if is_priced(plan)
                else []
            ),
        ],
        "stretches": [
            {
                "server": servers[stretch.server].id,
                "tier": servers[stretch.server].tier,
                "layers": layers_text(model, tuple(range(stretch.first, stretch.last + 1))),
                "bytes": numbers.some_bytes_text(float(problem.param_bytes[stretch.first : stretch.last + 1].sum())),
            }
            for stretch in stretches(user.places)
        ],
        "strip": pictures.picture(
            draw_layers(plan, number, pictures.colors), f"Layers of {model.name} by where they run"
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
        "staircase": pictures.picture(staircase, f"Query delay of {user.id} over time by uploading method"),
    }


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


def run_facts(trace: Trace) -> dict[str, Any]:
    """Return what the run came to, for each user and server."""
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
