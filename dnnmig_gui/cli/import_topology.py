"""``dnnmig import``: a topology of another program becomes a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dnnmig_gui.cli.output import naming_output, output_path
from dnnmig_gui.cli.screen import heading, show, show_json, table
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.reporting.numbers import count_text
from dnnmig_gui.core.scenario import save_scenario
from dnnmig_gui.core.scenario.file import SUFFIX
from dnnmig_gui.core.scenario.importing import ImportedTopology, import_topology
from dnnmig_gui.core.topology import TIERS, Tier


def run_import(source: str, output: str, tiers: Sequence[str], as_json: bool) -> int:
    """Write the scenario and tell what was understood, assumed and left out."""
    path = output_path(output, (SUFFIX,))
    if path is None:
        raise InputError("must be the name of a file", field="--output")
    imported = import_topology(source)
    chosen = _read_tiers(tiers)
    try:
        found = imported.tiers(chosen)
    except InputError as error:
        error.field = "--tier"
        raise
    scenario = imported.scenario(chosen)
    with naming_output():
        save_scenario(scenario, path)
    if as_json:
        show_json(_document(imported, found, path))
        return 0
    show(heading(imported.name, f"{imported.source_format}, written to {path}"), "")
    rows = []
    for group in imported.groups:
        members = [server.id for server in imported.servers if server.group == group.name]
        tier = _tiers_text([found[name] for name in members])
        reason = "as asked" if {found[name] for name in members} != {group.tier} else group.reason
        rows.append((group.name, count_text(len(members)), tier, reason))
    show(table(("Group", "Servers", "Tier", "Why"), rows, right="lrll", wide="Why"))
    for title, lines in (
        ("Understood", imported.understood),
        ("Assumed", imported.assumed),
        ("Left out", imported.left_out),
    ):
        if lines:
            show("", heading(title), *(f"  {line}" for line in lines))
    show("", "Other tiers: repeat --tier NAME=TIER, NAME being a group, a server or a pattern such as 'm-*'.")
    return 0


def _read_tiers(tiers: Sequence[str]) -> dict[str, Tier]:
    chosen: dict[str, Tier] = {}
    for each in tiers:
        name, equals, tier = each.rpartition("=")
        if not (equals and name and tier in TIERS):
            raise InputError(
                f"must be NAME=client, NAME=edge or NAME=cloud, not {each!r}",
                field="--tier",
                hint="for example --tier 'level 1=edge'",
            )
        if name in chosen:
            raise InputError(f"the tier of {name!r} is given twice", field="--tier")
        chosen[name] = tier
    return chosen


def _tiers_text(tiers: Sequence[Tier]) -> str:
    present = [tier for tier in TIERS if tier in tiers]
    if len(present) == 1:
        return present[0]
    return ", ".join(f"{tiers.count(tier)} {tier}" for tier in present)


def _document(imported: ImportedTopology, tiers: dict[str, Tier], path: Path) -> dict[str, object]:
    return {
        "format": imported.source_format,
        "name": imported.name,
        "output": str(path),
        "servers": [{"id": server.id, "group": server.group, "tier": tiers[server.id]} for server in imported.servers],
        "links": len(imported.links),
        "groups": [{"name": group.name, "tier": group.tier, "reason": group.reason} for group in imported.groups],
        "understood": list(imported.understood),
        "assumed": list(imported.assumed),
        "left_out": list(imported.left_out),
    }
