"""From one window into a new one, so that it can be made in another language: nothing that is open is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dnnmig_gui.gui.window import MainWindow


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
