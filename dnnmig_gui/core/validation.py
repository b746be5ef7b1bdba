"""Pydantic's findings, said in our words: one field, one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

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


def _followed(model: type[BaseModel], location: Sequence[int | str]) -> tuple[tuple[int | str, ...], Mapping[str, Any]]:
    """Return a finding's location as the document has it, and the JSON Schema of what lies there.

    Pydantic puts more into a location than the document has: the tag of a union, ``[key]`` after a key.
    """
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    here: Any = schema
    path: list[int | str] = []
    for part in location:
        here = _resolved(here, definitions)
        tagged = here.get("discriminator", {}).get("mapping", {})
        if part in tagged:
            here = {"$ref": tagged[part]}
        elif part != "[key]":
            path.append(part)
            here = here.get("items", {}) if isinstance(part, int) else _property(here, part)
    return tuple(path), _resolved(here, definitions)


def _property(schema: Any, name: str) -> Any:
    found = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
    return found if isinstance(found, dict) else {}


def _resolved(schema: Any, definitions: Any) -> Any:
    """Follow references, and unions of one thing and null."""
    for _ in range(8):
        choices = [choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"]
        if "$ref" in schema:
            schema = definitions.get(schema["$ref"].rsplit("/", 1)[-1], {})
        elif len(choices) == 1:
            schema = choices[0]
        else:
            break
    return schema


def _most_telling(findings: Sequence[ErrorDetails]) -> ErrorDetails:
    """Return the first finding, or the misspelt key that is the likely cause of a missing one."""
    first = findings[0]
    if first["type"] == "missing":
        for finding in findings:
            if finding["type"] == "extra_forbidden" and finding["loc"][:-1] == first["loc"][:-1]:
                return finding
    return first


def first_problem(error: ValidationError, model: type[BaseModel]) -> tuple[str, str, str | None]:
    """Return the field, the message and the hint of the finding to tell the user of."""
    finding = _most_telling(error.errors(include_url=False))
    kind, value = finding["type"], finding["input"]
    location, schema = _followed(model, finding["loc"])
    field = field_path(location)
    context = finding.get("ctx", {})
    if kind == "extra_forbidden":
        _, around = _followed(model, finding["loc"][:-1])
        message, hint = unknown_name("key", str(location[-1]), around.get("properties", {}))
        return field, message.replace("no key", "unknown key"), hint
    if kind in _KINDS:
        return field, f"must be {_KINDS[kind]}, not {shown(value)}", None
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        if kind == "greater_than_equal" and 0 < context[key] <= 1e-6 and not value > 0:
            return field, f"must be greater than 0, not {shown(value)}", None
        bound = context[key]
        return (
            field,
            f"must be {words} {bound if isinstance(bound, int) else format(bound, 'g')}, not {shown(value)}",
            None,
        )
    if kind in {"literal_error", "enum"}:
        return field, f"must be {context['expected']}, not {shown(value)}", None
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        tag = str(context["discriminator"]).strip("'")
        choices = " or ".join(repr(choice) for choice in schema.get("discriminator", {}).get("mapping", {}))
        return (
            f"{field}.{tag}",
            f"must be {choices}, not {shown(context['tag'])}" if "tag" in context else "is missing",
            None,
        )
    if kind in {"too_short", "too_long"}:
        least = "at least" if kind == "too_short" else "at most"
        length = context.get("min_length", context.get("max_length"))
        return field, f"must hold {least} {length}, not {context['actual_length']}", None
    plain = {
        "missing": "is missing",
        "finite_number": f"must be a finite number, not {shown(value)}",
        "string_too_short": "must not be empty",
        "value_error": str(context.get("error")),
    }
    return field, plain.get(kind) or f"{finding['msg'][0].lower()}{finding['msg'][1:]} (found {shown(value)})", None
