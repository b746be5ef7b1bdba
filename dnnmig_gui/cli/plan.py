"""``dnnmig plan``: where each layer runs and what is uploaded first."""

from __future__ import annotations

from dnnmig_gui.cli.choices import named_choice
from dnnmig_gui.cli.line import tell
from dnnmig_gui.cli.output import output_path, write_output
from dnnmig_gui.cli.progress import watched_run
from dnnmig_gui.cli.screen import clean, heading, show, show_json, table
from dnnmig_gui.core.errors import InfeasibleError, PlannerError
from dnnmig_gui.core.planning import MigrationPlan, plan_scenario
from dnnmig_gui.core.reporting.numbers import (
    bytes_text,
    count_text,
    energy_text,
    gap_text,
    money_text,
    number_text,
    seconds_text,
)
from dnnmig_gui.core.reporting.plan_document import plan_document, plan_text
from dnnmig_gui.core.reporting.stretches import layers_text, stretches
from dnnmig_gui.core.scenario import ScenarioFile, open_scenario

INFEASIBLE = 1


def run_plan(
    scenario: str, offloading: str | None, uploading: str | None, seed: int | None, output: str | None, as_json: bool
) -> int:
    """Plan a scenario; 1 if the plan breaks a limit."""
    opened = open_scenario(scenario)
    target = output_path(output)
    plan = planned(opened, offloading, uploading, seed)
    document = plan_document(plan, opened.text)
    if target is not None:
        write_output(target, plan_text(document))
    if as_json:
        show_json(document)
    else:
        show_plan(plan)
    if not plan.feasible:
        tell_violation(opened, plan)
        return INFEASIBLE
    return 0


def planned(opened: ScenarioFile, offloading: str | None, uploading: str | None, seed: int | None) -> MigrationPlan:
    """Return the plan of an opened scenario, with the methods and the seed of the command line."""
    placing = named_choice(opened.scenario, "offloading", offloading)
    uploads = named_choice(opened.scenario, "uploading", uploading)
    try:
        with watched_run(opened.scenario.seed if seed is None else seed) as run:
            return plan_scenario(
                opened.scenario,
                opened.path.parent,
                run,
                offloading=placing,
                uploading=uploads,
            )
    except PlannerError as error:
        raise error.within(opened.path.name) from None


def tell_violation(opened: ScenarioFile, plan: MigrationPlan) -> None:
    """Say on standard error which limit the plan breaks first."""
    number, user = next((number, user) for number, user in enumerate(plan.users) if user.violations)
    hint = "; ".join(user.way_out) or "no plan that keeps all limits was found"
    tell(InfeasibleError(user.violations[0], source=opened.path.name, field=f"users[{number}]", hint=hint))


def show_plan(plan: MigrationPlan) -> None:
    """Print a plan for people."""
    servers = plan.problem.server_ids
    show(
        heading(plan.scenario.name, f"{plan.offloading_method} and {plan.uploading_method}, seed {plan.seed}"),
        "",
        table(
            ("User", "Model", "On the client", "Planned", "Faster", "Energy", "Money", "Limits"),
            (
                (
                    user.id,
                    problem.model.name,
                    seconds_text(user.local.delay_s),
                    seconds_text(user.figures.delay_s),
                    f"{number_text(user.local.delay_s / user.figures.delay_s)} x" if user.figures.delay_s else "",
                    energy_text(user.figures.energy_j),
                    money_text(user.figures.money),
                    "kept" if not user.violations else "broken",
                )
                for user, problem in zip(plan.users, plan.problem.users, strict=True)
            ),
            right="llrrrrrl",
        ),
        "",
    )
    show(
        heading("Where the layers run"),
        "",
        table(
            ("User", "Server", "Layers", "Parameters"),
            (
                (
                    user.id if place == 0 else "",
                    servers[stretch.server],
                    layers_text(problem.model, tuple(range(stretch.first, stretch.last + 1))),
                    bytes_text(float(problem.param_bytes[stretch.first : stretch.last + 1].sum())),
                )
                for user, problem in zip(plan.users, plan.problem.users, strict=True)
                for place, stretch in enumerate(stretches(user.places))
            ),
            right="lllr",
            wide="Layers",
        ),
        "",
    )
    show(
        heading("Uploading", f"{count_text(sum(len(user.uploading.partitions) for user in plan.users))} P3"),
        "",
        table(
            ("User", "P3", "Server", "Layers", "Size", "Upload", "Confirmed", "Query after"),
            (
                (
                    user.id if partition.index == 1 else "",
                    f"#{partition.index}",
                    servers[partition.server],
                    layers_text(problem.model, partition.layers),
                    bytes_text(partition.size_bytes),
                    seconds_text(partition.upload_s),
                    seconds_text(partition.done_s),
                    seconds_text(partition.query_delay_after_s),
                )
                for user, problem in zip(plan.users, plan.problem.users, strict=True)
                for partition in user.uploading.partitions
            ),
            right="lrllrrrr",
            wide="Layers",
        ),
        "",
    )
    offloading = plan.offloading
    bound = "" if offloading.bound is None else f" (bound {number_text(offloading.bound)})"
    show(
        f"System delay {seconds_text(plan.system_delay_s)}, objective {number_text(offloading.objective)}{bound},"
        f" {gap_text(offloading.gap)}; {_evaluations_text(offloading.evaluations)}"
        f" in {seconds_text(offloading.seconds)}"
    )
    if offloading.note:
        show(clean(f"Note: {offloading.note}"))
    for user in plan.users:
        for violation in user.violations:
            show(clean(f"Limit broken for {user.id}: {violation}"))


def _evaluations_text(count: int) -> str:
    return "1 plan evaluated" if count == 1 else f"{count_text(count)} plans evaluated"
