"""Layouts: the sizes of all parts of the window, kept under names."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from dnnmig_gui.gui.docks import Docks
from dnnmig_gui.gui.language import tr

LONGEST_NAME = 40
_KEY = "layouts"


class Layouts:
    """Saves, lists, uses and removes layouts.

    Parameters
    ----------
    window
        What the questions belong to.
    """

    def __init__(self, docks: Docks, settings: QSettings, window: QWidget) -> None:
        self._docks = docks
        self._settings = settings
        self._window = window

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the saved layouts, in alphabetical order."""
        self._settings.beginGroup(_KEY)
        names = sorted(self._settings.childGroups(), key=str.casefold)
        self._settings.endGroup()
        return tuple(names)

    def mark(self, actions: Mapping[str, QAction]) -> None:
        """Offer to remove only where there is something; called before the menu opens."""
        actions["remove-layout"].setEnabled(bool(self.names))

    def list_in(self, menu: QMenu) -> None:
        """Show what is saved now in a menu, above all else there."""
        for action in menu.actions():
            if action.property("layout") is not None:
                menu.removeAction(action)
                action.deleteLater()
        top = menu.actions()[0]
        for name in self.names:
            action = QAction(name.replace("&", "&&"), menu)
            action.setProperty("layout", name)
            action.triggered.connect(lambda _=False, name=name: self.use(name))
            menu.insertAction(top, action)

    def save(self) -> None:
        """Ask for a name, new or one of those there are, and keep the sizes of all parts under it."""
        name, given = QInputDialog.getItem(
            self._window, tr("Save the layout"), tr("Name of the layout:"), ["", *self.names], 0, True
        )
        name = " ".join(name.replace("/", " ").replace("\\", " ").split())[:LONGEST_NAME]
        if given and name:
            self.keep(name)

    def keep(self, name: str) -> None:
        """Keep the sizes of all parts under a name."""
        self._settings.beginGroup(f"{_KEY}/{name}")
        self._docks.remember(self._settings)
        self._settings.endGroup()

    def use(self, name: str) -> None:
        """Give all parts the sizes kept under a name."""
        self._settings.beginGroup(f"{_KEY}/{name}")
        self._docks.recall(self._settings)
        self._settings.endGroup()

    def remove(self) -> None:
        """Ask which layout to forget."""
        names = self.names
        name, given = QInputDialog.getItem(
            self._window, tr("Remove a saved layout"), tr("Layout to remove:"), names, 0, False
        )
        if given and name in names:
            self._settings.remove(f"{_KEY}/{name}")

    def reset(self) -> None:
        """Give every part its first size."""
        self._docks.reset()
