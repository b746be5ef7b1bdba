"""Methods are found, not listed: every entry point of the group `dnnmig.methods` is one.

An entry point is named ``kind.name``, for example ``offloading.pso``, and points at a `Method`. A package of
one's own needs a function, a pydantic model of its parameters and five lines of `pyproject.toml`
(docs/own-method.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.validation import first_problem

GROUP = "dnnmig.methods"
Kind = Literal["preprocessing", "offloading", "uploading"]
KINDS: tuple[Kind, ...] = ("preprocessing", "offloading", "uploading")


class Parameters(BaseModel):
    """Base of every method's parameters: forms, checks and the JSON Schema are drawn from its fields.

    Give each field a range (`ge`, `le`), a `title`, a `description` and, where it has one, a unit in
    ``json_schema_extra={"unit": "s"}``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class NoParameters(Parameters):
    """For methods that have nothing to set."""


@dataclass(frozen=True)
class Method:
    """One method of preprocessing, offloading or uploading.

    Parameters
    ----------
    kind, name
        As in the entry point ``kind.name`` and in scenarios.
    title
        What people read in lists, for example "PSO, particle swarm".
    summary
        What it does, in a sentence or two.
    source
        Where it comes from: author, title, year, section.
    solve
        The function. Its signature depends on the kind: see the package of that kind.
    parameters
        The model of its parameters.
    """

    kind: Kind
    name: str
    title: str
    summary: str
    source: str
    solve: Callable[..., Any]
    parameters: type[Parameters] = NoParameters

    def read_parameters(self, values: Mapping[str, Any]) -> Parameters:
        """Return the parameters made from `values`, or raise an `InputError` that names the field."""
        try:
            return self.parameters.model_validate(dict(values))
        except ValidationError as error:
            field, message, hint = first_problem(error, self.parameters)
            raise InputError(message, field=f"parameters.{field}" if field else "parameters", hint=hint) from None


@cache
def _entry_points(kind: Kind) -> Mapping[str, EntryPoint]:
    found = {}
    for entry_point in entry_points(group=GROUP):
        entry_kind, _, name = entry_point.name.partition(".")
        if entry_kind == kind:
            found[name] = entry_point
    return found


def method_names(kind: Kind) -> tuple[str, ...]:
    """Return the names of all methods of a kind, in the order of registration."""
    return tuple(_entry_points(kind))


@cache
def find_method(kind: Kind, name: str) -> Method:
    """Return the method, or raise an `InputError` with the nearest name there is."""
    found = _entry_points(kind).get(name)
    if found is None:
        message, hint = unknown_name(f"{kind} method", name, method_names(kind))
        raise InputError(message, hint=hint)
    try:
        method = found.load()
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"the {kind} method {name!r} cannot be loaded from {found.value!r} ({error})",
            hint="reinstall the package that provides it",
        ) from error
    if not isinstance(method, Method):
        raise InputError(f"the entry point {kind}.{name} ({found.value}) is not a Method")
    return method


def all_methods(kind: Kind) -> tuple[Method, ...]:
    """Return every method of a kind."""
    return tuple(find_method(kind, name) for name in method_names(kind))
