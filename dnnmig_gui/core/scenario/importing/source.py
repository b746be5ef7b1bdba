"""Content of files from elsewhere, made harmless: XML without entities, numbers that are numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dnnmig_gui.core.errors import InputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEEPEST_XML = 32
"""Topologies nest their elements a third as deep."""


def parse_xml(content: bytes) -> Element:
    """Return the root of an XML document; refuses entities, references to other files and deep nesting.

    Raises
    ------
    InputError
        If it is no well-formed XML, or tries one of these.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content)
    except DefusedXmlException:
        raise InputError(
            "declares XML entities or refers to other files, which is refused",
            hint="remove the declarations from the file",
        ) from None
    except ParseError as error:
        line, place = error.position
        text = str(error).partition(":")[0]
        raise InputError(f"is not valid XML: {text}", field=f"line {line}, column {place + 1}") from None
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise InputError(f"is not valid XML: {error}") from None
    _check_depth(root)
    return root


def _check_depth(root: Element) -> None:
    level = [root]
    for _ in range(DEEPEST_XML):
        level = [child for element in level for child in element]
        if not level:
            return
    raise InputError("is no topology: its elements are nested too deeply")


def local_name(tag: Any) -> str:
    """Return an element's name without its namespace."""
    return str(tag).rpartition("}")[2]


def number(value: Any, field: str, *, least: float = 0.0, above: bool = False) -> float:
    """Return a number of a file.

    Raises
    ------
    InputError
        If it is no finite number, or less than `least` (`above`: or equal to it).
    """
    if isinstance(value, bool) or value is None:
        raise InputError(f"must be a number, not {value!r}", field=field)
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"must be a number, not {str(value)[:40]!r}", field=field) from None
    if not math.isfinite(found):
        raise InputError(f"must be a finite number, not {str(value)[:40]}", field=field)
    if found < least or (above and found == least):
        words = "greater than" if above else "at least"
        raise InputError(f"must be {words} {least:g}, not {found:g}", field=field)
    return found


def many(count: int, one: str, several: str = "") -> str:
    """Return ``1 link`` or ``3 links``."""
    return f"{count} {one if count == 1 else several or one + 's'}"
