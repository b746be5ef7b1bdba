"""The language of the real window, switched from the keyboard with an unsaved edit in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from desktop import Window, wait_until

from dnnmig_gui.core.scenario import open_scenario

OpenWindow = Callable[..., Window]
PLACES = {"ja": 1, "zh_CN": 2}
"""Below "Language of the system", which answers the word best; of the others, the shorter names come first."""


def switch(window: Window, language: str) -> None:
    """Choose a language in the command palette and go on with the window that is there then."""
    old, menus = window.number, window.settled()[:50]
    window.key("ctrl+shift+p")
    window.settled()
    window.write("language")
    window.settled()
    window.key(*["Down"] * PLACES[language], "Return")
    wait_until(lambda: len(window.shown()) == 1 and window.shown() != [old], "the window to be made anew")
    window.wait_until_shown()
    wait_until(lambda: not np.array_equal(window.settled()[:50], menus), "the top bar in other words")


def test_the_language_is_switched_with_an_unsaved_edit(
    open_window: OpenWindow, scenarios: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.dnnmig"
    file.write_bytes((scenarios / "paper-alexnet.dnnmig").read_bytes())
    before = open_scenario(file).scenario
    window = open_window(file, "--theme", "light")
    window.settled()
    window.key("2")
    wait_until(lambda: "(changed)" in window.title, "an edge server to be added")
    switch(window, "ja")
    assert "（変更あり）" in window.title
    window.key("ctrl+s")
    wait_until(lambda: open_scenario(file).scenario != before, "the edit to be saved")
    window.key("ctrl+z")
    wait_until(lambda: "（変更あり）" in window.title, "the edit made before the switch to be undone")
    window.key("ctrl+s")
    wait_until(lambda: open_scenario(file).scenario == before, "the file to say what it said")
    assert window.close() == 0
    assert window.said() == ""


def test_the_language_chosen_is_spoken_the_next_time(open_window: OpenWindow, scenarios: Path) -> None:
    window = open_window(scenarios / "paper-alexnet.dnnmig", "--theme", "light")
    switch(window, "zh_CN")
    window.key("2")
    wait_until(lambda: "（已更改）" in window.title, "an edit to be told in Chinese")
    window.key("ctrl+z")
    wait_until(lambda: "（已更改）" not in window.title, "the edit to be undone")
    assert window.close() == 0
    again = open_window(scenarios / "paper-alexnet.dnnmig", "--theme", "light")
    again.settled()
    again.key("2")
    wait_until(lambda: "（已更改）" in again.title, "an edit to be told in Chinese")
    again.key("ctrl+z")
    wait_until(lambda: "（已更改）" not in again.title, "the edit to be undone")
    assert again.close() == 0
    assert again.said() == ""
