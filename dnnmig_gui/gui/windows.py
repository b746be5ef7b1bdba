"""Several windows of one program: a second one beside the first, all made anew in another language, all closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from dnnmig_gui.gui.moving import beside, move_over

if TYPE_CHECKING:
    from dnnmig_gui.gui.window import MainWindow

OTHERS: list[MainWindow] = []
"""Windows opened from others: held here as long as they are open."""


def open_beside(window: MainWindow) -> MainWindow:
    """Open an empty window beside one."""
    other = _another(window)
    if window.isMaximized():
        other.showMaximized()
    else:
        other.setGeometry(beside(window.geometry(), window.screen().availableGeometry()))
        other.show()
    return other


def replace(window: MainWindow) -> MainWindow:
    """Make a window anew, in the language in force, with all that is in it; the old one goes without a question."""
    window.keep_layout()
    other = _another(window)
    move_over(window, other)
    if window.isMaximized():
        other.showMaximized()
    else:
        other.setGeometry(window.geometry())
        other.show()
    asks = window.keeping.asks
    window.go_without_question()
    if asks:
        other.keeping.offer()
    return other


def replace_all() -> None:
    """Make all open windows anew: another language is spoken."""
    for window in _open_windows():
        replace(window)


def close_all() -> None:
    """Close all windows; one whose changes are to be kept stays open, and all that come after it."""
    for window in _open_windows():
        if not window.close():
            return


def let_go(window: MainWindow) -> None:
    """Hold a window that was closed no longer."""
    if window in OTHERS:
        OTHERS.remove(window)
        window.deleteLater()


def _another(window: MainWindow) -> MainWindow:
    other = type(window)(window.look, window.settings)
    OTHERS.append(other)
    return other


def _open_windows() -> list[MainWindow]:
    """Return the windows on the screen, those opened from others first."""
    from dnnmig_gui.gui.window import MainWindow

    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each not in OTHERS]
    return [each for each in [*OTHERS, *found] if each.isVisible()]
