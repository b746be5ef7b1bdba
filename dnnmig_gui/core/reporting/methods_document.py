"""All methods with their parameters, as a document: what ``dnnmig methods --json`` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import KINDS, Kind, Method, find_method, method_names
from dnnmig_gui.core.reporting.numbers import SPACE, plain_text


def method_title(kind: Kind, name: str) -> str:
    """Return a method's title; its name where the method is not installed."""
    try:
        return find_method(kind, name).title
    except InputError:
        return name


@dataclass(frozen=True)
class ParameterFacts:
    """One parameter of a method as its model describes it.

    Parameters
    ----------
    kind
        ``integer``, ``number``, ``boolean``, ``string`` or the choices joined by ``|``.
    minimum, maximum
        Range, ends included; `exclusive` tells which ends are not.
    """

    name: str
    title: str
    description: str
    kind: str
    default: Any
    minimum: float | None
    maximum: float | None
    exclusive: tuple[bool, bool]
    unit: str

    @property
    def range_text(self) -> str:
        """The range as people read it: ``1 to 1 000``, ``at least 0``, ``above 0``; empty for none."""
        low = "" if self.minimum is None else plain_text(self.minimum)
        high = "" if self.maximum is None else plain_text(self.maximum)
        after, below = self.exclusive
        if low and high and not after and not below:
            return f"{low} to {high}"
        parts = []
        if low:
            parts.append(f"{'above' if after else 'at least'} {low}")
        if high:
            parts.append(f"{'below' if below else 'at most'} {high}")
        return ", ".join(parts)

    def value_text(self, value: Any) -> str:
        """Return a value of this parameter with its unit."""
        if isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, (int, float)):
            text = plain_text(value)
        elif value is None:
            return "none"
        elif isinstance(value, (list, tuple)):
            text = ", ".join(self.value_text(part) for part in value)
            return text or "none"
        else:
            text = str(value)
        return f"{text}{SPACE}{self.unit}" if self.unit else text


def parameter_facts(method: Method) -> tuple[ParameterFacts, ...]:
    """Return the parameters of a method in the order of its model."""
    schema = method.parameters.model_json_schema()
    facts = []
    for name, told in schema.get("properties", {}).items():
        choices = [told, *told.get("anyOf", [])]

        def first(key: str, choices: list[dict[str, Any]] = choices) -> Any:
            return next((choice[key] for choice in choices if choice.get(key) is not None), None)

        words = first("enum")
        low, high = first("exclusiveMinimum"), first("exclusiveMaximum")
        facts.append(
            ParameterFacts(
                name=name,
                title=told.get("title", name),
                description=told.get("description", ""),
                kind="|".join(str(word) for word in words) if words else str(first("type") or "any"),
                default=told.get("default"),
                minimum=low if low is not None else first("minimum"),
                maximum=high if high is not None else first("maximum"),
                exclusive=(low is not None, high is not None),
                unit=told.get("unit", ""),
            )
        )
    return tuple(facts)


def methods_document() -> dict[str, list[dict[str, Any]]]:
    """Return every method by kind. One that cannot be loaded is told with the reason under ``error``."""
    document: dict[str, list[dict[str, Any]]] = {}
    for kind in KINDS:
        document[kind] = []
        for name in method_names(kind):
            try:
                method = find_method(kind, name)
            except InputError as error:
                document[kind].append({"name": name, "error": str(error)})
                continue
            document[kind].append(
                {
                    "name": method.name,
                    "title": method.title,
                    "summary": method.summary,
                    "source": method.source,
                    "parameters": [
                        {
                            "name": facts.name,
                            "title": facts.title,
                            "description": facts.description,
                            "type": facts.kind,
                            "default": facts.default,
                            "minimum": facts.minimum,
                            "maximum": facts.maximum,
                            "unit": facts.unit or None,
                        }
                        for facts in parameter_facts(method)
                    ],
                    "parameters_schema": method.parameters.model_json_schema(),
                }
            )
    return document
