"""Pydantic's findings, said in our words: one field, one sentence."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from dnnmig_gui.core.errors import unknown_name

_KINDS = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_BOUNDS = {
    "greater_than": ("greater than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def field_path(location: tuple[int | str, ...]) -> str:
    """Return a location as people write it: ``users[0].model``."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def shown(value: Any) -> str:
    """Return a short text of a value that was refused."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the field names of the object that `location` (of an unknown key) lies in, where they can be told."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    here: Any = schema
    for part in location[:-1]:
        here = _resolved(here, definitions)
        here = here.get("items", {}) if isinstance(part, int) else _property(here, part)
        if isinstance(part, int) and not here:
            return ()
    return tuple(_resolved(here, definitions).get("properties", {}))


def _property(schema: Any, name: str) -> Any:
    found = schema.get("properties", {}).get(name)
    return found if found is not None else schema.get("additionalProperties") or {}


def _resolved(schema: Any, definitions: Any) -> Any:
    for _ in range(8):
        choices = [choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"]
        if "$ref" in schema:
            schema = definitions.get(schema["$ref"].rsplit("/", 1)[-1], {})
        elif len(choices) == 1:
            schema = choices[0]
        else:
            break
    return schema


def first_problem(error: ValidationError, model: type[BaseModel]) -> tuple[str, str, str | None]:
    """Return the field, the message and the hint of the first finding.

    Unknown keys come last among equals: a wrong value is more often the cause.
    """
    finding = error.errors(include_url=False)[0]
    kind, location, value = finding["type"], finding["loc"], finding["input"]
    field = field_path(location)
    context = finding.get("ctx", {})
    if kind == "extra_forbidden":
        message, hint = unknown_name("key", str(location[-1]), _fields_at(model, location))
        return field, message.replace("no key", "unknown key"), hint
    if kind == "missing":
        return field, "is missing", None
    if kind in _KINDS:
        return field, f"must be {_KINDS[kind]}, not {shown(value)}", None
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return field, f"must be {words} {context[key]}, not {shown(value)}", None
    if kind == "finite_number":
        return field, f"must be a finite number, not {shown(value)}", None
    if kind == "literal_error" or kind == "enum":
        return field, f"must be {context['expected']}, not {shown(value)}", None
    if kind == "value_error":
        return field, str(context["error"]), None
    return field, f"{finding['msg'][0].lower()}{finding['msg'][1:]} (found {shown(value)})", None
