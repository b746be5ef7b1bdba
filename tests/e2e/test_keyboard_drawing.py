"""A scenario is drawn without a mouse: servers, links, order, copies, undo, all by keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop import Window, wait_until

from dnnmig_gui.core.scenario import Scenario, open_scenario

OpenWindow = Callable[..., Window]


def saved(window: Window, file: Path) -> Scenario:
    before = file.stat().st_mtime_ns
    window.key("ctrl+s")
    wait_until(lambda: file.stat().st_mtime_ns != before, "the file to be written")
    return open_scenario(file).scenario


def command(window: Window, words: str) -> None:
    """Run a command of the palette."""
    window.key("ctrl+shift+p")
    window.settled()
    window.write(words)
    window.settled()
    window.key("Return")
    window.settled()


def test_servers_are_drawn_copied_and_taken_back_by_keys(open_window: OpenWindow, tmp_path: Path) -> None:
    path = tmp_path / "keys.dnnmig"
    path.write_text('{"format": "dnnmig-scenario", "version": 1}')
    window = open_window(path)
    window.settled()
    window.key("1", "2", "2", "3")
    window.settled()
    drawn = saved(window, path)
    assert [server.id for server in drawn.servers] == ["client-1", "edge-1", "edge-2", "cloud-1"]
    window.key("ctrl+a", "ctrl+k")
    window.settled()
    assert len(saved(window, path).links) == 6
    window.key("ctrl+a")
    command(window, "align at the top")
    aligned = saved(window, path)
    assert len({server.position[1] for server in aligned.servers if server.position}) == 1
    window.key("ctrl+shift+a")
    window.settled()
    assert all(server.position is None for server in saved(window, path).servers)
    window.key("ctrl+a", "ctrl+c", "ctrl+v")
    window.settled()
    assert len(saved(window, path).servers) == 8
    window.key("Delete")  # what was pasted is selected
    window.settled()
    assert len(saved(window, path).servers) == 4
    window.key(*["ctrl+z"] * 12)
    wait_until(lambda: "(changed)" in window.title, "everything to be undone")
    window.settled()
    assert saved(window, path).servers == ()
