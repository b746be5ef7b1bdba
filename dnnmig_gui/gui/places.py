"""From a field of the document to where it is shown: what to select, and which tab of the inspector."""

from __future__ import annotations

import re

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.selection import Selection

_FIELD = re.compile(r"(\w+)(?:\[(\d+)\])?")
_TABS = {
    "running": "Run",
    "costs": "Run",
    "servers": "Selection",
    "links": "Selection",
    "link_defaults": "Selection",
    "models": "Selection",
}


def go_to(field: str, scenario: Scenario, selection: Selection) -> str:
    """Select what a field belongs to; return the tab of the inspector that shows it.

    A field that the document no longer has selects nothing.
    """
    found = _FIELD.match(field)
    if found is None:
        return "Plan"
    part, number = found.groups()
    place = -1 if number is None else int(number)
    if part == "servers" and 0 <= place < len(scenario.servers):
        selection.select(server=scenario.servers[place].id)
    elif part == "links" and 0 <= place < len(scenario.links):
        selection.select(links=[scenario.links[place].between])
    elif part == "models" and 0 <= place < len(scenario.models):
        selection.select(model=scenario.models[place].id)
    elif part == "users" and 0 <= place < len(scenario.users):
        selection.follow(place)
        selection.select(server=scenario.users[place].client)
        return "Selection"
    elif part == "users" and not scenario.users and scenario.of_tier("client"):
        selection.select(server=scenario.of_tier("client")[0].id)
        return "Selection"
    else:
        selection.select()
    return _TABS.get(part, "Plan")
