"""Methods named on the command line in place of the scenario's."""

from __future__ import annotations

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import Kind, find_method
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice


def named_choice(scenario: Scenario, kind: Kind, name: str | None) -> MethodChoice | None:
    """Return the choice of a method by name, or None without a name.

    The scenario's own parameters hold where it is the scenario's own method; else the method's defaults do.

    Raises
    ------
    InputError
        If there is no such method; the option is named.
    """
    if name is None:
        return None
    own = scenario.offloading if kind == "offloading" else scenario.uploading
    if name == own.method:
        return own
    try:
        find_method(kind, name)
    except InputError as error:
        raise InputError(error.message, field=f"--{kind}", hint=error.hint) from None
    return MethodChoice(method=name)
