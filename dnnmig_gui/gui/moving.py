"""From one window to another: where a second one stands, and how a new one takes over all that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect

if TYPE_CHECKING:
    from dnnmig_gui.gui.window import MainWindow


BESIDE_PX = 32


def beside(geometry: QRect, room: QRect) -> QRect:
    """Return where a second window goes: a little aside, and back to the corner where it would leave the screen."""
    aside = geometry.translated(BESIDE_PX, BESIDE_PX)
    if not room.contains(aside):
        aside = QRect(room.topLeft() + QPoint(BESIDE_PX, BESIDE_PX), geometry.size().boundedTo(room.size()))
    return aside if room.contains(aside) else QRect(room.topLeft(), aside.size())


def move_over(old: MainWindow, new: MainWindow) -> None:
    """Let a new window go on where an old one is: document, edits, plan, what is selected, time and page.

    A plan that is being made is begun again; a comparison is made again when its page is looked at.
    """
    new.loading.adopt(old.loading)
    new.document.take_over(old.document)
    run, error = old.planning.run, old.planning.error
    if run is not None:
        new.planning.adopt(run, old.planning.seconds)
    if error is not None:
        new.planning.refuse(error)
    chosen = old.selection
    new.selection.follow(chosen.user)
    new.selection.select(
        servers=chosen.servers,
        links=chosen.links,
        model=chosen.model,
        layer=chosen.layer,
        partition=chosen.partition,
    )
    for title, tab in old.inspector.tabs.items():
        if tab.isChecked():
            new.inspector.show_tab(title)
    new.pages.show_page(old.pages.shown)
    if old.side.shown is not None:
        new.side.show_note(old.side.shown)
    new.clock.set_speed(old.clock.speed)
    new.clock.loops = old.clock.loops
    new.clock.seek(old.clock.t)
    if old.start.shown:
        new.start.show()
    new.auto_button.setChecked(old.auto_button.isChecked())
    if old.planning.busy:
        new.planning.start()
    if old.clock.playing:
        new.clock.play()
