"""``dnnmig compare``: many methods on one scenario, side by side."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dnnmig_gui.cli.choices import named_choice
from dnnmig_gui.cli.output import naming_output, output_path, write_output
from dnnmig_gui.cli.progress import watched_run
from dnnmig_gui.cli.screen import clean, heading, show, show_json, table
from dnnmig_gui.core.comparison import Comparison, Spread, compare
from dnnmig_gui.core.errors import InputError, PlannerError
from dnnmig_gui.core.registry import Kind, method_names
from dnnmig_gui.core.reporting.comparison_document import (
    comparison_csv,
    comparison_document,
    convergence_curves,
    summary_csv,
)
from dnnmig_gui.core.reporting.convergence import convergence_csv
from dnnmig_gui.core.reporting.figures import figure_bytes
from dnnmig_gui.core.reporting.figures.convergence import draw_convergence
from dnnmig_gui.core.reporting.methods_document import method_title
from dnnmig_gui.core.reporting.numbers import (
    UNKNOWN,
    count_text,
    energy_text,
    money_text,
    percent_text,
    seconds_text,
)
from dnnmig_gui.core.scenario import Scenario, open_scenario
from dnnmig_gui.core.scenario.file import write_atomically
from dnnmig_gui.core.scenario.schema import MethodChoice

if TYPE_CHECKING:
    from rich.console import RenderableType

INFEASIBLE = 1
FIGURES: dict[str, Literal["svg", "png", "pdf"]] = {".svg": "svg", ".png": "png", ".pdf": "pdf"}


def run_compare(
    scenario: str,
    offloading: list[str],
    uploading: list[str],
    seeds: list[int],
    horizon: float | None,
    output: str | None,
    summary: str | None,
    convergence: str | None,
    as_json: bool,
) -> int:
    """Compare methods; 1 if not one of them gives a plan that keeps all limits.

    A method that was asked for by name and gives no plan is an error; one of the methods taken because none was
    named is left out, with the reason.
    """
    opened = open_scenario(scenario)
    if horizon is not None and not (math.isfinite(horizon) and horizon > 0):
        raise InputError(f"must be a finite number of seconds above 0, not {horizon:g}", field="--horizon")
    placing = _choices(opened.scenario, "offloading", offloading or [opened.scenario.offloading.method])
    uploads = _choices(opened.scenario, "uploading", uploading or list(method_names("uploading")))
    target = output_path(output, (".csv",))
    summary_target = output_path(summary, (".csv",), "--summary")
    curve_target = output_path(convergence, (".csv", *FIGURES), "--convergence")
    try:
        with watched_run() as run:
            result = compare(
                opened.scenario,
                opened.path.parent,
                placing,
                uploads,
                tuple(dict.fromkeys(seeds)) or (opened.scenario.seed,),
                horizon,
                run,
            )
    except PlannerError as error:
        raise error.within(opened.path.name) from None
    for refusal in result.refused:
        if uploading or not refusal.uploading:
            named = refusal.uploading or refusal.offloading
            raise InputError(f"the method {named!r} gives no plan: {refusal.reason}", source=opened.path.name)
    if target is not None:
        write_output(target, comparison_csv(result))
    if summary_target is not None:
        write_output(summary_target, summary_csv(result), "--summary")
    if curve_target is not None:
        _write_convergence(result, curve_target)
    if as_json:
        show_json(comparison_document(result))
    else:
        _show_comparison(opened.scenario, result)
    return INFEASIBLE if all(row.violations for row in result.rows) else 0


def _write_convergence(result: Comparison, target: Path) -> None:
    """Write how the searches converged, as a table or as a figure."""
    curves = convergence_curves(result)
    form = FIGURES.get(target.suffix.lower())
    if form is None:
        write_output(target, convergence_csv(curves), "--convergence")
        return
    bounds = [plan.offloading.bound for plan in result.plans if plan.offloading.bound is not None]
    titled = {method_title("offloading", name): curve for name, curve in curves.items()}
    figure = draw_convergence(titled, max(bounds, default=None))
    with naming_output("--convergence"):
        write_atomically(target, figure_bytes(figure, form))


def _choices(scenario: Scenario, kind: Kind, names: list[str]) -> list[MethodChoice]:
    found = (named_choice(scenario, kind, name) for name in dict.fromkeys(names))
    return [choice for choice in found if choice is not None]


def _show_comparison(scenario: Scenario, result: Comparison) -> None:
    """Print two tables, for the uploading methods share their offloading plan's figures."""
    most = max((row.queries_at_horizon for row in result.rows), default=0.0)
    several_seeds = len({row.seed for row in result.rows}) > 1
    offloading = {(row.offloading, row.seed): row for row in reversed(result.rows)}
    show(
        heading(scenario.name, "" if several_seeds else f"seed {result.rows[0].seed}"),
        "",
        table(
            ("Offloading", "Seed", "System delay", "Gap", "Energy", "Money", "Limits", "Planned in"),
            (
                (
                    row.offloading,
                    str(row.seed),
                    seconds_text(row.system_delay_s),
                    UNKNOWN if row.gap is None else percent_text(row.gap),
                    energy_text(row.energy_j),
                    money_text(row.money),
                    "broken" if row.violations else "kept",
                    seconds_text(row.seconds),
                )
                for row in reversed(offloading.values())
            ),
            right="lrrrrrlr",
        ),
        "",
        table(
            ("Offloading", "Seed", "Uploading", "Upload", "Queries in it", "Mean delay", "Queries by horizon", ""),
            (
                (
                    row.offloading,
                    str(row.seed),
                    row.uploading,
                    seconds_text(row.upload_s),
                    count_text(row.queries_during_upload),
                    seconds_text(row.mean_query_delay_s),
                    count_text(row.queries_at_horizon),
                    "most" if row.queries_at_horizon >= most * (1 - 1e-9) else "",
                )
                for row in result.rows
            ),
            right="lrlrrrrl",
        ),
        "",
        f"Queries, energy and money of all users; the horizon is {seconds_text(result.horizon_s)}",
    )
    if several_seeds:
        show("", *_summary_lines(result))
    for refusal in result.refused:
        show(clean(f"Left out: {refusal.uploading} after {refusal.offloading}: {refusal.reason}"))


def _summary_lines(result: Comparison) -> tuple[RenderableType, ...]:
    """Return each pair of methods over its seeds."""

    def seconds(spread: Spread) -> tuple[str, str, str]:
        if spread.low is None or spread.high is None:
            return seconds_text(spread.mean), seconds_text(spread.best), seconds_text(spread.worst)
        mean = f"{seconds_text(spread.mean)} ± {seconds_text(spread.high - spread.mean)}"
        return mean, seconds_text(spread.best), seconds_text(spread.worst)

    def queries(spread: Spread) -> str:
        if spread.low is None or spread.high is None:
            return count_text(spread.mean)
        return f"{count_text(spread.mean)} ± {count_text(spread.high - spread.mean)}"

    rows = (
        (
            summary.offloading,
            summary.uploading,
            str(summary.seeds),
            *seconds(summary.system_delay_s),
            queries(summary.queries_at_horizon),
        )
        for summary in result.summaries()
    )
    return (
        heading("Over the seeds", "mean ± half of its 95 % confidence interval"),
        "",
        table(
            ("Offloading", "Uploading", "Seeds", "System delay", "Best", "Worst", "Queries by horizon"),
            rows,
            right="llrrrrr",
        ),
        "",
    )
