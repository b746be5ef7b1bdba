"""``dnnmig methods``: every method there is, and what can be set."""

from __future__ import annotations

from dnnmig_gui.cli.screen import clean, heading, show, show_json, table
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import KINDS, Kind, find_method, method_names
from dnnmig_gui.core.reporting.methods_document import methods_document, parameter_facts


def run_methods(as_json: bool) -> int:
    """List all methods."""
    if as_json:
        show_json(methods_document())
        return 0
    for kind in KINDS:
        show(heading(f"{kind.capitalize()} methods"), "")
        for name in method_names(kind):
            _show_method(kind, name)
    return 0


def _show_method(kind: Kind, name: str) -> None:
    from rich.padding import Padding

    try:
        method = find_method(kind, name)
    except InputError as error:
        show(Padding(heading(name), (0, 0, 0, 2)), Padding(clean(error), (0, 0, 1, 4)))
        return
    show(
        Padding(heading(name, method.title), (0, 0, 0, 2)),
        Padding(clean(method.summary), (0, 0, 0, 4)),
        Padding(clean(f"Source: {method.source}", "dim"), (0, 0, 0, 4)),
    )
    facts = parameter_facts(method)
    if facts:
        rows = [(fact.name, fact.value_text(fact.default), fact.range_text, fact.description) for fact in facts]
        show(Padding(table(("Parameter", "Default", "Range", "Meaning"), rows, wide="Meaning"), (0, 0, 0, 4)))
    show("")
