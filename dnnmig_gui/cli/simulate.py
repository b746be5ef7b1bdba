"""``dnnmig simulate``: the running phase of a plan, event by event."""

from __future__ import annotations

from dnnmig_gui.cli.output import naming_output, output_path
from dnnmig_gui.cli.plan import INFEASIBLE, planned, tell_violation
from dnnmig_gui.cli.progress import watched_run
from dnnmig_gui.cli.screen import clean, heading, show, show_json, table
from dnnmig_gui.core.errors import InputError, PlannerError
from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.reporting.numbers import bytes_text, count_text, percent_text, seconds_text
from dnnmig_gui.core.reporting.plan_document import open_plan
from dnnmig_gui.core.reporting.saved_plan import restored_plan
from dnnmig_gui.core.scenario import ScenarioFile, open_scenario
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.summary import RunSummary, summarise
from dnnmig_gui.core.simulation.trace_file import save_trace


def run_simulate(scenario: str, plan: str | None, output: str | None, as_json: bool) -> int:
    """Play a scenario's plan, or a saved one; 1 if the plan breaks a limit."""
    opened = open_scenario(scenario)
    target = output_path(output)
    to_play = planned(opened, None, None, None) if plan is None else _saved(opened, plan)
    try:
        with watched_run(to_play.seed) as run:
            trace = simulate(to_play, run)
    except PlannerError as error:
        raise error.within(opened.path.name) from None
    if target is not None:
        with naming_output():
            save_trace(trace, target)
    summary = summarise(trace)
    if as_json:
        show_json(_document(to_play, summary))
    else:
        _show_summary(to_play, summary)
    if not to_play.feasible:
        tell_violation(opened, to_play)
        return INFEASIBLE
    return 0


def _saved(opened: ScenarioFile, name: str) -> MigrationPlan:
    saved = open_plan(name)
    try:
        return restored_plan(saved, opened)
    except InputError as error:
        raise error.within(name) from None


def _document(plan: MigrationPlan, summary: RunSummary) -> dict[str, object]:
    return {
        "scenario": plan.scenario.name,
        "seed": plan.seed,
        "offloading": plan.offloading_method,
        "uploading": plan.uploading_method,
        "end_s": summary.end_s,
        "users": [
            {
                "id": user.id,
                "queries": user.queries,
                "queries_by_stage": list(user.queries_by_stage),
                "mean_delay_s": user.mean_delay_s,
                "median_delay_s": user.median_delay_s,
                "p95_delay_s": user.p95_delay_s,
                "uploaded_bytes": user.uploaded_bytes,
                "upload_end_s": user.upload_end_s,
            }
            for user in summary.users
        ],
        "servers": [{"id": server.id, "busy_share": server.busy_share} for server in summary.servers],
    }


def _show_summary(plan: MigrationPlan, summary: RunSummary) -> None:
    show(
        heading(plan.scenario.name, f"{plan.offloading_method} and {plan.uploading_method}, seed {plan.seed}"),
        clean(f"A run of {seconds_text(summary.end_s)}"),
        "",
        table(
            ("User", "Queries", "Mean delay", "Median", "95 % below", "Uploaded", "Last CR"),
            (
                (
                    user.id,
                    count_text(user.queries),
                    seconds_text(user.mean_delay_s),
                    seconds_text(user.median_delay_s),
                    seconds_text(user.p95_delay_s),
                    bytes_text(user.uploaded_bytes),
                    seconds_text(user.upload_end_s),
                )
                for user in summary.users
            ),
            right="lrrrrrr",
        ),
        "",
        table(
            ("Server", "Running layers"),
            ((server.id, percent_text(server.busy_share)) for server in summary.servers if server.busy_share > 0),
            right="lr",
        ),
    )
