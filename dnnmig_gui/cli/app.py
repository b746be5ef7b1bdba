"""The commands and their options. Each imports what it needs when it is called, and returns its exit code."""

from __future__ import annotations

from typing import Annotated

import typer

from dnnmig_gui import __version__

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Plan, simulate and report how DNNs move from clients to edge and cloud servers.",
)

ScenarioArgument = Annotated[str, typer.Argument(metavar="SCENARIO", help="Scenario file (*.dnnmig).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of tables for people.")]
OffloadingOption = Annotated[
    str | None, typer.Option(metavar="METHOD", help="Offloading method in place of the scenario's.")
]
UploadingOption = Annotated[
    str | None, typer.Option(metavar="METHOD", help="Uploading method in place of the scenario's.")
]
SeedOption = Annotated[
    int | None, typer.Option(min=0, max=2**63 - 1, help="Seed of every random choice in place of the scenario's.")
]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dnnmig {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 (the callback answers it)
        bool, typer.Option("--version", help="Print the version and leave.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Plan, simulate and report how DNNs move from clients to edge and cloud servers.

    Exit codes: 0 done, 1 the answer is no or infeasible, 2 bad input.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def plan(
    scenario: ScenarioArgument,
    *,
    offloading: OffloadingOption = None,
    uploading: UploadingOption = None,
    seed: SeedOption = None,
    output: Annotated[str | None, typer.Option(metavar="FILE", help="Write the plan to this JSON file.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Decide where each layer runs and in which order the layers are uploaded."""
    from dnnmig_gui.cli.plan import run_plan

    return run_plan(scenario, offloading, uploading, seed, output, as_json)


@app.command()
def simulate(
    scenario: ScenarioArgument,
    *,
    plan: Annotated[
        str | None, typer.Option(metavar="FILE", help="Play this saved plan instead of planning anew.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Write the trace to this file: .json, .csv, or .perfetto.json for trace viewers."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Play the running phase: uploads and queries, event by event."""
    from dnnmig_gui.cli.simulate import run_simulate

    return run_simulate(scenario, plan, output, as_json)


@app.command()
def compare(
    scenario: ScenarioArgument,
    *,
    offloading: Annotated[
        list[str] | None,
        typer.Option(metavar="METHOD ...", help="Offloading methods; the scenario's unless given."),
    ] = None,
    uploading: Annotated[
        list[str] | None, typer.Option(metavar="METHOD ...", help="Uploading methods; all unless given.")
    ] = None,
    seeds: Annotated[
        list[int] | None,
        typer.Option(metavar="N ...", min=0, max=2**63 - 1, help="Seeds; the scenario's unless given."),
    ] = None,
    horizon: Annotated[
        float | None, typer.Option(metavar="S", help="Seconds to count queries for; the longest upload unless given.")
    ] = None,
    output: Annotated[str | None, typer.Option(metavar="FILE", help="Write the table to this CSV file.")] = None,
    summary: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write mean, best, worst and interval over seeds to a CSV file.")
    ] = None,
    convergence: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write how the searches converged: .svg, .png or .pdf, or .csv."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Plan one scenario with many methods and put the results side by side."""
    from dnnmig_gui.cli.compare import run_compare

    return run_compare(
        scenario, offloading or [], uploading or [], seeds or [], horizon, output, summary, convergence, as_json
    )


@app.command()
def pareto(
    scenario: ScenarioArgument,
    *,
    divisions: Annotated[
        int, typer.Option(min=1, max=100, help="Steps between weights 0 and 1 of delay, energy and money.")
    ] = 8,
    pick: Annotated[int | None, typer.Option(min=1, metavar="K", help="Write the plan of point K to --output.")] = None,
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the front to this CSV file, or with --pick a plan.json.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Find the plans that no other beats in delay, energy and money at once."""
    from dnnmig_gui.cli.pareto import run_pareto

    return run_pareto(scenario, divisions, pick, output, as_json)


@app.command()
def study(
    scenario: ScenarioArgument,
    *,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=V,V,...", help="A field and its values, as in servers[Edge 5].compute_ghz=5,10."),
    ] = None,
    offloading: Annotated[
        list[str] | None,
        typer.Option(metavar="METHOD", help="Offloading method; may be repeated; the scenario's unless given."),
    ] = None,
    seed: Annotated[
        list[int] | None,
        typer.Option(min=0, max=2**63 - 1, help="Seed; may be repeated; the scenario's unless given."),
    ] = None,
    output: Annotated[str, typer.Option(metavar="FOLDER", help="Keep cells, tables and maps in this folder.")],
    processes: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes on this machine; one a core unless given.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Plan on the workers of this Dask scheduler.")
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write results.parquet as well (needs pyarrow).")] = False,
    as_json: JsonOption = False,
) -> int:
    """Plan a scenario over a grid of its fields, and map where the best plan flips."""
    from dnnmig_gui.cli.study import run_study_command

    return run_study_command(
        scenario, vary or [], offloading or [], seed or [], output, processes, cluster, parquet, as_json
    )


@app.command()
def report(
    scenario: ScenarioArgument,
    *,
    output: Annotated[str, typer.Option(metavar="FILE", help="Write the report to this .html or .pdf file.")],
    offloading: OffloadingOption = None,
    uploading: UploadingOption = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
) -> int:
    """Plan, play and compare a scenario, and write it all up as one HTML page or a PDF."""
    from dnnmig_gui.cli.report import run_report

    return run_report(scenario, output, offloading, uploading, seed, as_json)


@app.command()
def inspect(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="ONNX file, layer table, or name of a zoo model.")],
    dimension: Annotated[
        list[str] | None, typer.Option(metavar="NAME=SIZE", help="Size of a symbolic dimension; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Show a model's layers, FLOPs, bytes and cut points."""
    from dnnmig_gui.cli.inspect import run_inspect

    return run_inspect(model, dimension or [], as_json)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="GraphML, iFogSim's JSON or EdgeCloudSim's XML.")],
    *,
    output: Annotated[str, typer.Option(metavar="SCENARIO", help="Write the scenario to this .dnnmig file.")],
    tier: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=TIER", help="Tier of a group, a server or a pattern such as 'm-*'; may be repeated."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Make a scenario of another program's topology, and tell what was understood and what was not."""
    from dnnmig_gui.cli.import_topology import run_import

    return run_import(file, output, tier or [], as_json)


@app.command()
def validate(scenario: ScenarioArgument, as_json: JsonOption = False) -> int:
    """Check a scenario without planning it: its format, its names, its models, what is still missing."""
    from dnnmig_gui.cli.validate import run_validate

    return run_validate(scenario, as_json)


@app.command()
def methods(as_json: JsonOption = False) -> int:
    """List all methods with their parameters."""
    from dnnmig_gui.cli.methods import run_methods

    return run_methods(as_json)


@app.command()
def schema(
    as_json: JsonOption = False,  # noqa: ARG001 (it is JSON either way)
) -> int:
    """Print the JSON Schema of scenario files."""
    from dnnmig_gui.cli.screen import show_json
    from dnnmig_gui.core.scenario import Scenario

    show_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema(by_alias=True)})
    return 0
