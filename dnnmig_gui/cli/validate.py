"""``dnnmig validate``: whether a scenario is well formed and can be planned."""

from __future__ import annotations

from dnnmig_gui.cli.screen import clean, show, show_json
from dnnmig_gui.core.diagnosis import diagnose
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import open_scenario


def run_validate(scenario: str, as_json: bool) -> int:
    """Print ``ok`` or what is missing or doubtful; fails with the first finding for which planning would refuse."""
    opened = open_scenario(scenario)
    found = diagnose(opened.scenario, opened.path.parent)
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
