"""The document: every edit one undo command, errors that leave it untouched, bytes that stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from real_window import copied, settings_in

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.document import Document, empty_scenario, recent_title, same_plan_input


@pytest.fixture
def document(qapp: object, tmp_path: Path) -> Document:
    return Document(settings_in(tmp_path))


def seeded(scenario: Scenario, seed: int) -> Scenario:
    return scenario.model_copy(update={"seed": seed})


def test_an_edit_is_one_undo_command(document: Document) -> None:
    before = document.scenario
    document.edit("Change the seed", seeded(before, 3))
    assert document.scenario.seed == 3
    assert not document.is_clean
    document.undo_stack.undo()
    assert document.scenario == before
    assert document.is_clean
    document.undo_stack.redo()
    assert document.scenario.seed == 3


def test_edits_of_one_field_are_undone_together(document: Document) -> None:
    for seed in (1, 12, 123):
        document.edit("Change the seed", seeded(document.scenario, seed), "seed")
    document.edit("Rename", document.scenario.model_copy(update={"name": "Other"}), "name")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.scenario.seed == 123
    document.undo_stack.undo()
    assert document.scenario.seed == 0


def test_a_field_set_back_leaves_no_command(document: Document) -> None:
    document.edit("Rename", document.scenario.model_copy(update={"name": "Other"}))
    document.edit("Change the seed", seeded(document.scenario, 4), "seed")
    document.edit("Change the seed", seeded(document.scenario, 0), "seed")
    assert document.undo_stack.count() == 1


def test_an_edit_that_changes_nothing_is_none(document: Document) -> None:
    document.edit("Change the seed", seeded(document.scenario, 0))
    assert document.undo_stack.count() == 0


def test_an_edit_with_an_unknown_name_is_refused(document: Document) -> None:
    wrong = document.scenario.model_copy(update={"offloading": MethodChoice(method="psoo")})
    with pytest.raises(InputError, match="did you mean 'pso'"):
        document.edit("Change the method", wrong)
    assert document.undo_stack.count() == 0
    assert document.scenario == empty_scenario()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["", "seed", "other"])), max_size=12))
def test_undoing_everything_is_the_identity(edits: list[tuple[int, str]]) -> None:
    document = Document(QSettings("/nonexistent/none.ini", QSettings.Format.IniFormat))
    before = document.scenario
    for seed, key in edits:
        document.edit("Change the seed", seeded(document.scenario, seed), key)
    after = document.scenario
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.scenario == before
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert document.scenario == after


def test_saving_unchanged_keeps_every_byte(document: Document, tmp_path: Path) -> None:
    path = copied(tmp_path)
    odd = path.read_bytes().replace(b'"seed": 7', b'"seed":    7')
    path.write_bytes(odd)
    document.open(path)
    document.save()
    assert path.read_bytes() == odd


def test_edit_save_open(document: Document, tmp_path: Path) -> None:
    path = copied(tmp_path)
    document.open(path)
    document.edit("Change the seed", seeded(document.scenario, 99))
    document.save()
    assert document.is_clean
    again = Document(settings_in(tmp_path))
    again.open(path)
    assert again.scenario == document.scenario
    assert again.scenario.seed == 99


def test_a_failed_open_leaves_all_as_it_was(document: Document, tmp_path: Path) -> None:
    path = copied(tmp_path)
    document.open(path)
    document.edit("Change the seed", seeded(document.scenario, 5))
    before = document.scenario
    broken = tmp_path / "broken.dnnmig"
    broken.write_text('{"format": "dnnmig-scenario", "version": 1, "sevrers": []}')
    with pytest.raises(InputError, match="servers"):
        document.open(broken)
    assert document.scenario is before
    assert document.path == path
    assert document.undo_stack.canUndo()
    assert not document.is_clean


def test_a_failed_save_stays_changed(document: Document, tmp_path: Path) -> None:
    document.edit("Change the seed", seeded(document.scenario, 5))
    with pytest.raises(InputError):
        document.save_as(tmp_path / "no" / "such" / "folder.dnnmig")
    assert not document.is_clean
    assert document.path is None


def test_save_as_goes_on_with_the_new_file(document: Document, tmp_path: Path) -> None:
    document.open(copied(tmp_path))
    other = tmp_path / "other.dnnmig"
    document.save_as(other)
    assert document.path == other
    assert document.recent_files[0] == other
    assert other.read_bytes() == (tmp_path / "paper-alexnet.dnnmig").read_bytes()


def test_save_as_elsewhere_still_finds_the_models(document: Document, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (here / "m.csv").write_text("")
    path = here / "a.dnnmig"
    path.write_text('{"format": "dnnmig-scenario", "version": 1, "models": [{"id": "m", "file": "m.csv"}]}')
    document.open(path)
    document.save_as(there / "a.dnnmig")
    assert document.scenario.models[0].file == "../here/m.csv"
    assert (document.folder / "../here/m.csv").is_file()
    assert document.is_clean
    document.save_as(here / "b.dnnmig")
    assert document.scenario.models[0].file == "m.csv"


def test_revert_goes_back_to_the_file(document: Document, tmp_path: Path) -> None:
    document.open(copied(tmp_path))
    document.edit("Change the seed", seeded(document.scenario, 99))
    document.revert()
    assert document.scenario.seed == 7
    assert document.is_clean
    document.undo_stack.undo()  # nothing is lost by it
    assert document.scenario.seed == 99
    assert not document.is_clean


def test_recent_files_are_those_that_exist_once_each(document: Document, tmp_path: Path) -> None:
    first, second = copied(tmp_path), copied(tmp_path, "paper-vgg19")
    for path in (first, second, first):
        document.open(path)
    assert document.recent_files == [first, second]
    twin = tmp_path / "elsewhere" / first.name
    assert recent_title(first, document.recent_files) == first.name
    assert recent_title(first, [first, twin]) == f"{first.name} – {first.parent}"
    second.unlink()
    assert document.recent_files == [first]


def test_names_and_places_do_not_outdate_a_plan(document: Document, tmp_path: Path) -> None:
    document.open(copied(tmp_path))
    scenario = document.scenario
    moved = scenario.servers[0].model_copy(update={"position": (1.0, 2.0)})
    other = scenario.model_copy(update={"name": "Other", "servers": (moved, *scenario.servers[1:])})
    assert same_plan_input(scenario, other)
    faster = scenario.servers[0].model_copy(update={"compute_ghz": 9.0})
    assert not same_plan_input(scenario, scenario.model_copy(update={"servers": (faster, *scenario.servers[1:])}))
    assert not same_plan_input(scenario, seeded(scenario, 8))
