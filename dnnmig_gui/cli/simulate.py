"""``dnnmig simulate``: the running phase of a plan, event by event."""

from __future__ import annotations

from dnnmig_gui.cli.output import naming_output, output_path
from dnnmig_gui.cli.plan import INFEASIBLE, planned, tell_violation
from dnnmig_gui.cli.progress import watched_run
from dnnmig_gui.cli.screen import clean, heading, show, show_json, table
from dnnmig_gui.core.errors import InputError, PlannerError
from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.reporting.numbers import bytes_text, count_text, number_text, percent_text, seconds_text
from dnnmig_gui.core.reporting.plan_document import open_plan
from dnnmig_gui.core.reporting.saved_plan import restored_plan
from dnnmig_gui.core.scenario import ScenarioFile, open_scenario
from dnnmig_gui.core.simulation.fairness import Fairness, fairness
from dnnmig_gui.core.simulation.save import save_in_format_of
from dnnmig_gui.core.simulation.simulate import run_phase
from dnnmig_gui.core.simulation.summary import RunSummary, summarise


def run_simulate(scenario: str, plan: str | None, output: str | None, as_json: bool) -> int:
    """Play a scenario's plan, or a saved one; 1 if the plan breaks a limit."""
    opened = open_scenario(scenario)
    target = output_path(output)
    to_play = planned(opened, None, None, None) if plan is None else _saved(opened, plan)
    try:
        with watched_run(to_play.seed) as run:
            played = run_phase(to_play, run)
    except PlannerError as error:
        raise error.within(opened.path.name) from None
    if target is not None:
        with naming_output():
            save_in_format_of(played.trace, target)
    summary = summarise(played.trace)
    evenness = fairness(played.plan, played.trace)
    if as_json:
        show_json(_document(to_play, summary, evenness))
    else:
        _show_summary(to_play, summary, evenness)
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


def _document(plan: MigrationPlan, summary: RunSummary, evenness: Fairness) -> dict[str, object]:
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
                "p99_delay_s": user.p99_delay_s,
                "longest_delay_s": user.longest_delay_s,
                "abandoned": user.abandoned,
                "fallbacks": user.fallbacks,
                "waiting_s": user.waiting_s,
                "failed_uploads": user.failed_uploads,
                "resent_bytes": user.resent_bytes,
                "given_up": [number + 1 for number in user.given_up],
            }
            for user in summary.users
        ],
        "servers": [{"id": server.id, "busy_share": server.busy_share} for server in summary.servers],
        "links": [
            {
                "from": link.source,
                "to": link.target,
                "upload_bytes": link.upload_bytes,
                "query_bytes": link.query_bytes,
                "busy_share": link.busy_share,
            }
            for link in summary.links
        ],
        "fairness": {
            "mean_jain": evenness.mean_jain,
            "worst_gain": evenness.worst_gain,
            "worst_user": None if evenness.worst_user is None else plan.users[evenness.worst_user].id,
        },
    }


def _show_summary(plan: MigrationPlan, summary: RunSummary, evenness: Fairness) -> None:
    show(
        heading(plan.scenario.name, f"{plan.offloading_method} and {plan.uploading_method}, seed {plan.seed}"),
        clean(f"A run of {seconds_text(summary.end_s)}"),
        "",
        table(
            ("User", "Queries", "Mean delay", "Median", "95 % below", "99 % below", "Uploaded", "Last CR"),
            (
                (
                    user.id,
                    count_text(user.queries),
                    seconds_text(user.mean_delay_s),
                    seconds_text(user.median_delay_s),
                    seconds_text(user.p95_delay_s),
                    seconds_text(user.p99_delay_s),
                    bytes_text(user.uploaded_bytes),
                    seconds_text(user.upload_end_s),
                )
                for user in summary.users
            ),
            right="lrrrrrrr",
        ),
        "",
        table(
            ("Server", "Running layers"),
            ((server.id, percent_text(server.busy_share)) for server in summary.servers if server.busy_share > 0),
            right="lr",
        ),
        "",
        table(
            ("Link", "Uploads", "Queries", "In use"),
            (
                (
                    f"{link.source} to {link.target}",
                    bytes_text(link.upload_bytes),
                    bytes_text(link.query_bytes),
                    percent_text(link.busy_share),
                )
                for link in summary.links
            ),
            right="lrrr",
        ),
    )
    for line in _remarks(plan, summary, evenness):
        show(clean(line))


def _remarks(plan: MigrationPlan, summary: RunSummary, evenness: Fairness) -> list[str]:
    """Return what went wrong for each user, and how evenly they were served."""
    lines = []
    for user in summary.users:
        found = [
            (user.failed_uploads, "uploads failed", "upload failed"),
            (user.fallbacks, "queries fell back to the client", "query fell back to the client"),
        ]
        told = [f"{count_text(count)} {one if count == 1 else several}" for count, several, one in found if count]
        if user.resent_bytes:
            told.append(f"{bytes_text(user.resent_bytes)} sent again")
        if user.waiting_s > 0:
            told.append(f"queries waited {seconds_text(user.waiting_s)} for servers")
        if user.given_up:
            numbers = ", ".join(f"#{number + 1}" for number in user.given_up)
            told.append(f"P3 {numbers} given up: queries go on without")
        if told:
            lines.append(f"{user.id}: {'; '.join(told)}")
    if evenness.mean_jain is not None and evenness.worst_user is not None and evenness.worst_gain is not None:
        worst = plan.users[evenness.worst_user].id
        lines.append(
            f"Jain's index {number_text(evenness.mean_jain)} on average; worst off {worst},"
            f" {number_text(evenness.worst_gain)} times as fast as its client alone"
        )
    return ["", *lines] if lines else []
