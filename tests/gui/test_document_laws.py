"""Laws of the document, whatever is edited: undoing is the identity to the byte, and so is saving and opening.

What is edited is all that the window can edit: `random_edits` has a kind for each, and a test here holds it to that.
"""

from __future__ import annotations

import inspect
import os
import random
import re
from collections import Counter
from pathlib import Path

import pytest
import random_edits
from hypothesis import given
from hypothesis import strategies as st
from random_edits import KINDS, edit_at_random, edit_in_kind
from real_window import SCENARIOS, settings_in

from dnnmig_gui.core.scenario import clipboard, layer_limits, placing, scenario_text
from dnnmig_gui.core.scenario import edits as edits_module
from dnnmig_gui.core.scenario.schema import Scenario
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.recovery import left_behind

STARTS = ("", *sorted(path.name for path in SCENARIOS.glob("paper-*.dnnmig")))
edits = st.lists(st.integers(0, 10**6), max_size=15)
MODULES = (edits_module, clipboard, placing, layer_limits)
NO_EDITS = {"changed", "checked", "with_parts", "pins_on", "bars_on", "copied", "free_shifts"}
"""Public functions of those modules that edit nothing by themselves."""


def begun(start: str) -> Document:
    document = Document(settings_in(Path(os.environ["XDG_CONFIG_HOME"])))  # the tests' own
    if start:
        document.open(SCENARIOS / start)
    return document


@given(start=st.sampled_from(STARTS), seeds=edits)
def test_undone_to_the_start_every_byte_is_as_before(qapp: object, start: str, seeds: list[int]) -> None:
    document = begun(start)
    before = scenario_text(document.scenario)
    for seed in seeds:
        edit_at_random(document, random.Random(seed))
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    after = scenario_text(document.scenario)
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert scenario_text(document.scenario) == before
    assert document.is_clean
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert scenario_text(document.scenario) == after
    document.let_go()


@given(start=st.sampled_from(STARTS), seeds=edits)
def test_what_is_saved_reopens_identical(
    tmp_path_factory: pytest.TempPathFactory, qapp: object, start: str, seeds: list[int]
) -> None:
    document = begun(start)
    for seed in seeds:
        edit_at_random(document, random.Random(seed))
    path: Path = tmp_path_factory.mktemp("saved") / "mine.dnnmig"
    document.save_as(path)
    text = path.read_bytes()
    again = begun("")
    again.open(path)
    assert again.scenario == document.scenario
    again.save()
    assert path.read_bytes() == text
    # What is saved needs no swap file; other tests' documents may have left theirs.
    assert [left for left in left_behind() if left.unsaved.path == path] == []


@given(start=st.sampled_from(STARTS), kinds=st.lists(st.sampled_from(sorted(KINDS)), max_size=12), seed=st.integers(0))
def test_saved_midway_undoing_still_goes_back_to_the_first_byte(
    tmp_path_factory: pytest.TempPathFactory, qapp: object, start: str, kinds: list[str], seed: int
) -> None:
    document, chance = begun(start), random.Random(seed)
    before = scenario_text(document.scenario)
    folder = tmp_path_factory.mktemp("midway")
    for number, name in enumerate(kinds):
        edit_in_kind(document, name, chance)
        if number == len(kinds) // 2:
            document.save_as(folder / "mine.dnnmig")
    if kinds:
        document.save()
        assert document.is_clean
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert scenario_text(document.scenario) == before
    document.let_go()


def test_every_kind_of_edit_happens_and_is_undone_by_itself(qapp: object) -> None:
    made = Counter()
    for seed in range(36):
        document, chance = begun(STARTS[seed % len(STARTS)]), random.Random(seed)
        for _ in range(25):
            edit_at_random(document, chance)
        for name in KINDS:
            before, count = scenario_text(document.scenario), document.undo_stack.count()
            index = document.undo_stack.index()
            if edit_in_kind(document, name, chance):
                made[name] += 1
                if document.undo_stack.index() > index and count == index:  # not merged into the one before
                    document.undo_stack.undo()
                    assert scenario_text(document.scenario) == before, name
                    document.undo_stack.redo()
        document.let_go()
    assert set(made) == set(KINDS), "all kinds have something to edit in some scenario"


def test_there_is_a_kind_for_every_function_that_edits_and_every_part_of_a_scenario() -> None:
    source = Path(random_edits.__file__).read_text()
    for module in MODULES:
        for name, value in vars(module).items():
            if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == module.__name__:
                is_edit = inspect.isfunction(value) and name not in NO_EDITS
                assert not is_edit or re.search(rf"\b{name}\(", source), f"no kind calls {name}"
    fixed = {"format", "version"}
    for part in set(Scenario.model_fields) - fixed:
        seen = False
        for seed in range(80):
            document, chance = begun(STARTS[seed % len(STARTS)]), random.Random(seed)
            before = getattr(document.scenario, part)
            for _ in range(30):
                edit_at_random(document, chance)
            seen = getattr(document.scenario, part) != before
            document.let_go()
            if seen:
                break
        assert seen, f"no kind changes {part}"
