"""``dnnmig study``: a grid over a scenario's fields, planned in parallel, kept as it grows."""

from __future__ import annotations

from pathlib import Path

from dnnmig_gui.cli.choices import named_choice
from dnnmig_gui.cli.output import write_output
from dnnmig_gui.cli.progress import watched_run
from dnnmig_gui.cli.screen import heading, show, show_json, table
from dnnmig_gui.core.errors import InputError, PlannerError
from dnnmig_gui.core.reporting.figures.canvas import figure_bytes
from dnnmig_gui.core.reporting.figures.flips import draw_flips
from dnnmig_gui.core.reporting.numbers import UNKNOWN, percent_text, seconds_text
from dnnmig_gui.core.reporting.study_document import require_parquet, study_csv, study_document, write_parquet
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.file import BYTE_ORDER_MARK, read_json, write_atomically
from dnnmig_gui.core.study.grid import cells_of, parse_axis
from dnnmig_gui.core.study.results import Study
from dnnmig_gui.core.study.running import cores, run_study

INFEASIBLE = 1
TABLE, PARQUET, MAP = "results.csv", "results.parquet", "flips"


def run_study_command(
    scenario: str,
    vary: list[str],
    offloading: list[str],
    seeds: list[int],
    output: str,
    processes: int | None,
    cluster: str | None,
    parquet: bool,
    as_json: bool,
) -> int:
    """Plan a grid; 1 if not one cell has a plan that keeps all limits."""
    opened = open_scenario(scenario)
    if not vary:
        raise InputError("name at least one field", field="--vary", hint="--vary servers[edge].compute_ghz=5,10,20")
    if parquet:
        require_parquet()
    try:
        axes = [parse_axis(text) for text in vary]
        if len({axis.path for axis in axes}) < len(axes):
            raise InputError("names a field twice")
        document = read_json(opened.text.removeprefix(BYTE_ORDER_MARK))
        choices = [named_choice(opened.scenario, "offloading", name) for name in dict.fromkeys(offloading)]
        cells = cells_of(document, axes, [one for one in choices if one is not None], list(dict.fromkeys(seeds)))
    except InputError as error:
        error.field = error.field or "--vary"
        raise error.within(opened.path.name) from None
    folder = _folder(output)
    try:
        with watched_run() as run:
            study = run_study(
                cells,
                axes,
                opened.path.parent.resolve(),
                folder,
                processes=cores() if processes is None else processes,
                cluster=cluster,
                run=run,
            )
    except PlannerError as error:
        raise error.within(opened.path.name) from None
    write_output(folder / TABLE, study_csv(study))
    if parquet:
        write_parquet(study, folder / PARQUET)
    maps = _write_maps(study, folder)
    if as_json:
        show_json(study_document(study))
    else:
        _show_study(opened.scenario.name, study, folder, maps)
    return 0 if any(row.feasible for row in study.rows) else INFEASIBLE


def _folder(output: str) -> Path:
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(f"cannot be made: {reason or error}", source=output, field="--output") from None
    return folder.resolve()


def _write_maps(study: Study, folder: Path) -> list[str]:
    drawn = list(draw_flips(study))
    names = []
    for number, (_, figure) in enumerate(drawn, 1):
        name = MAP if len(drawn) == 1 else f"{MAP}-{number:0{len(str(len(drawn)))}}"
        for form in ("svg", "png"):
            write_atomically(folder / f"{name}.{form}", figure_bytes(figure, form))
        names.append(f"{name}.svg")
    return names


def _show_study(title: str, study: Study, folder: Path, maps: list[str]) -> None:
    paths = _short([axis.path for axis in study.axes])
    show(
        heading(title, f"{len(study.rows)} cells, {study.planned} planned, {study.kept} kept from before"),
        "",
        table(
            (*paths, "Offloading", "Seed", "System delay", "Gap", "Limits", "Where the layers run"),
            (
                (
                    *(str(value) for value in row.values),
                    row.offloading,
                    str(row.seed),
                    UNKNOWN if row.system_delay_s is None else seconds_text(row.system_delay_s),
                    UNKNOWN if row.gap is None else percent_text(row.gap),
                    "kept" if row.feasible else "broken" if row.plan else "no plan",
                    row.servers or row.reason,
                )
                for row in study.rows
            ),
            right="r" * len(paths) + "lrrrll",
            wide="Where the layers run",
        ),
        "",
        f"Written to {folder}: {', '.join([TABLE, *maps])}",
    )


def _short(paths: list[str]) -> list[str]:
    """Return the last keys of paths, or the paths where these would not tell them apart."""
    keys = [path.rpartition(".")[2] for path in paths]
    return keys if len(set(keys)) == len(keys) else paths
