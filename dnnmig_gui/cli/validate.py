"""``dnnmig validate``: whether a scenario is well formed and can be planned."""

from __future__ import annotations

from pathlib import Path

from dnnmig_gui.cli.screen import clean, show, show_json
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario, open_scenario
from dnnmig_gui.core.scenario.completeness import Finding, findings


def run_validate(scenario: str, as_json: bool) -> int:
    """Print ``ok`` or what is missing or doubtful; fails with the first finding for which planning would refuse."""
    opened = open_scenario(scenario)
    found = list(findings(opened.scenario))
    if not any(finding.stops_planning for finding in found):
        found += _compiled(opened.scenario, opened.path.parent)
    refused = next((finding for finding in found if finding.stops_planning), None)
    if as_json:
        told = [
            {
                "field": finding.field,
                "message": finding.message,
                "hint": finding.hint or None,
                "stops_planning": finding.stops_planning,
            }
            for finding in found
        ]
        show_json({"ok": refused is None, "findings": told})
    else:
        if refused is None:
            show("ok")
        for finding in found:
            if finding is not refused:
                way_out = f"; {finding.hint}" if finding.hint else ""
                show(clean(f"note: {finding.field}: {finding.message}{way_out}"))
    if refused is not None:
        raise InputError(refused.message, source=opened.path.name, field=refused.field, hint=refused.hint or None)
    return 0


def _compiled(scenario: Scenario, folder: Path) -> list[Finding]:
    """Return what reading the models and preparing them finds."""
    from dnnmig_gui.core.planning import prepare_problem

    try:
        prepare_problem(scenario, folder)
    except InputError as error:
        return [Finding(error.field or "", error.message, error.hint or "", True)]
    return []
