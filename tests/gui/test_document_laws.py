"""Laws of the document, whatever is edited: undoing is the identity to the byte, and so is saving and opening."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from edit_session import edit_at_random
from hypothesis import given
from hypothesis import strategies as st
from real_window import SCENARIOS, settings_in

from dnnmig_gui.core.scenario import scenario_text
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.recovery import left_behind

STARTS = ("", *sorted(path.name for path in SCENARIOS.glob("paper-*.dnnmig")))
edits = st.lists(st.integers(0, 10**6), max_size=15)


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
