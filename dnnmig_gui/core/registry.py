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
    ``json_schema_extra={"unit": "s"}``. Forms fold fields marked ``"seldom": True`` there away, under More.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Put a method's own fields before those it shares with others: forms and lists show them in this order."""
        super().__pydantic_init_subclass__(**kwargs)
        own = [name for name in cls.model_fields if name in cls.__annotations__]
        order = {name: cls.model_fields[name] for name in [*own, *cls.model_fields]}
        if list(order) != list(cls.model_fields):
            cls.__pydantic_fields__ = order
            cls.model_rebuild(force=True)


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
def _entry_points(kind: Kind) -> Mapping[str, tuple[EntryPoint, ...]]:
    """Return the entry points of a kind by method name; more than one where packages quarrel over a name."""
    found: dict[str, tuple[EntryPoint, ...]] = {}
    for entry_point in sorted(entry_points(group=GROUP)):
        entry_kind, _, name = entry_point.name.partition(".")
        if entry_kind == kind:
            found[name] = (*found.get(name, ()), entry_point)
    return found


def method_names(kind: Kind) -> tuple[str, ...]:
    """Return the names of all methods of a kind, in alphabetical order."""
    return tuple(_entry_points(kind))


@cache
def find_method(kind: Kind, name: str) -> Method:
    """Return the method.

    Raises
    ------
    InputError
        If there is none (with the nearest name there is), if two packages provide it, or if what provides it
        is broken.
    """
    found = _entry_points(kind).get(name)
    if found is None:
        message, hint = unknown_name(f"{kind} method", name, method_names(kind))
        raise InputError(message, hint=hint)
    if len(found) > 1:
        raise InputError(
            f"the {kind} method {name!r} is provided twice, by {' and by '.join(point.value for point in found)}",
            hint="uninstall one of the packages",
        )
    point = found[0]
    try:
        method = point.load()
    except Exception as error:  # whatever the module of somebody else's package runs into
        raise InputError(
            f"the {kind} method {name!r} cannot be loaded from {point.value!r} ({type(error).__name__}: {error})",
            hint="repair or reinstall the package that provides it",
        ) from error
    if not isinstance(method, Method):
        raise InputError(f"the entry point {kind}.{name} ({point.value}) is not a Method")
    if (method.kind, method.name) != (kind, name):
        raise InputError(
            f"the entry point {kind}.{name} ({point.value}) leads to the method {method.kind}.{method.name}",
            hint="give both the same name",
        )
    return method


def all_methods(kind: Kind) -> tuple[Method, ...]:
    """Return every method of a kind that works; `broken_methods` tells of the others."""
    tried = [_method_or_error(kind, name) for name in method_names(kind)]
    return tuple(method for method in tried if isinstance(method, Method))


def broken_methods(kind: Kind) -> tuple[InputError, ...]:
    """Return what is wrong with each registered method that cannot be used, to be shown beside the others."""
    tried = [_method_or_error(kind, name) for name in method_names(kind)]
    return tuple(error for error in tried if isinstance(error, InputError))


def _method_or_error(kind: Kind, name: str) -> Method | InputError:
    try:
        return find_method(kind, name)
    except InputError as error:
        return error
