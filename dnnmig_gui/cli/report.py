"""``dnnmig report``: plan, play and compare a scenario, written up as a page or a PDF."""

from __future__ import annotations

import shlex
from pathlib import Path

from dnnmig_gui.cli.choices import named_choice
from dnnmig_gui.cli.output import output_path, write_output
from dnnmig_gui.cli.plan import INFEASIBLE, planned, tell_violation
from dnnmig_gui.cli.progress import watched_run
from dnnmig_gui.cli.screen import clean, show, show_json
from dnnmig_gui.core.errors import InputError, PlannerError
from dnnmig_gui.core.reporting.convergence import search_histories
from dnnmig_gui.core.reporting.plan_document import scenario_sha256
from dnnmig_gui.core.reporting.report import Origin, uploading_alternatives
from dnnmig_gui.core.reporting.report_file import SUFFIXES, report_file
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.simulation.simulate import run_phase


def run_report(
    scenario: str, output: str, offloading: str | None, uploading: str | None, seed: int | None, as_json: bool
) -> int:
    """Write the report; 1 if its plan breaks a limit, which it then says."""
    opened = open_scenario(scenario)
    target = output_path(output, SUFFIXES)
    if target is None:
        raise InputError("is missing", field="--output")
    plan = planned(opened, offloading, uploading, seed)
    try:
        with watched_run(plan.seed) as run:
            played = run_phase(plan, run.part(0.0, 0.4))
            plan, trace = played.plan, played.trace
            alternatives = uploading_alternatives(plan, run.part(0.4, 0.8))
            origin = Origin(
                scenario_file=opened.path.name,
                sha256=scenario_sha256(opened.text),
                command=_command(opened.path, target, offloading, uploading, seed),
                offloading=named_choice(opened.scenario, "offloading", offloading) or opened.scenario.offloading,
                uploading=named_choice(opened.scenario, "uploading", uploading) or opened.scenario.uploading,
            )
            histories = search_histories(plan, origin.offloading, run.part(0.8, 0.97))
            run.report(0.97, "writing the report")
            content = report_file(target.suffix, plan, trace, alternatives, origin, histories)
    except PlannerError as error:
        raise error.within(opened.path.name) from None
    write_output(target, content)
    if as_json:
        show_json({"output": str(target), "bytes": len(content), "feasible": plan.feasible})
    else:
        show(clean(f"Report written to {target}"))
    if not plan.feasible:
        tell_violation(opened, plan)
        return INFEASIBLE
    return 0


def _command(path: Path, target: Path, offloading: str | None, uploading: str | None, seed: int | None) -> str:
    """Return the command line that writes the same report, file names without their folders."""
    words = ["dnnmig", "report", path.name]
    for option, value in (("--offloading", offloading), ("--uploading", uploading), ("--seed", seed)):
        if value is not None:
            words += [option, str(value)]
    return shlex.join([*words, "--output", target.name])
