"""The canonical text of a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from dnnmig_gui.core.scenario.schema import Scenario

MOST_FORMER = 1000
"""Texts of parts that are no longer in the scenario are let go when there are so many: undo wants them back."""


class PartTexts:
    """The texts of a scenario's parts, kept from one edit to the next: an edit keeps the parts it leaves alone."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[BaseModel, str]] = {}

    def of(self, parts: Sequence[BaseModel]) -> list[str]:
        """Return the text of each part, those of a list of the document."""
        return [self._of(part) for part in parts]

    def _of(self, part: BaseModel) -> str:
        known = self._texts.get(id(part))
        if known is None:  # what is kept holds its part: no other has its id
            known = self._texts[id(part)] = (part, _json(_said(part)).replace("\n", "\n    "))
        return known[1]

    def forget_all_but(self, parts: Iterable[BaseModel]) -> None:
        """Let go of the parts of earlier scenarios."""
        self._texts = {id(part): self._texts[id(part)] for part in parts if id(part) in self._texts}

    def __len__(self) -> int:
        return len(self._texts)


def scenario_text(scenario: Scenario, texts: PartTexts | None = None) -> str:
    """Return the canonical text: keys in the order of the schema, only what was said.

    Parameters
    ----------
    texts
        What was written of earlier scenarios; holds those of this one afterwards. With it, the text of thousands of
        servers after an edit takes milliseconds.
    """
    texts = PartTexts() if texts is None else texts
    lines = []
    listed: list[BaseModel] = []
    for name, field in Scenario.model_fields.items():
        if name not in scenario.model_fields_set:
            continue
        value = getattr(scenario, name)
        if isinstance(value, tuple) and value:
            listed += value
            text = "[\n    " + ",\n    ".join(texts.of(value)) + "\n  ]"
        else:
            text = _json(_said(value)).replace("\n", "\n  ")
        lines.append(f"  {json.dumps(field.alias or name)}: {text}")
    if len(texts) > len(listed) + MOST_FORMER:
        texts.forget_all_but(listed)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _said(value: Any) -> Any:
    """Return the plain values of a part, or of a mapping of parts: only what was said."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, dict):
        return {key: _said(part) for key, part in value.items()}
    return value


def _json(values: Any) -> str:
    return json.dumps(_with_short_numbers(values), indent=2, ensure_ascii=False, allow_nan=False)


def _with_short_numbers(value: Any) -> Any:
    """Return the same values with whole numbers written as people write them: 10, not 10.0."""
    if isinstance(value, dict):
        return {key: _with_short_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_short_numbers(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
