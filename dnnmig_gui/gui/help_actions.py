"""Palette, shortcut sheet, guide, tour, about: what the Help menu does. Each is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget

from dnnmig_gui.gui.help.commands import Command
from dnnmig_gui.gui.help.tour import Step, Tour
from dnnmig_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from dnnmig_gui.gui.help.about import About
    from dnnmig_gui.gui.help.guide import Guide
    from dnnmig_gui.gui.help.palette import Palette
    from dnnmig_gui.gui.help.shortcuts import ShortcutSheet


class HelpActions:
    """What helps to find one's way.

    Parameters
    ----------
    offered
        Everything that the palette offers now.
    steps
        The stops of the tour.
    methods
        For F1: the widgets that choose a method, each with a function that returns its kind and name.
    """

    def __init__(
        self,
        look: Look,
        window: QWidget,
        settings: QSettings,
        offered: Callable[[], Iterable[Command]],
        steps: tuple[Step, ...],
        methods: Mapping[QWidget, Callable[[], tuple[str, str]]],
    ) -> None:
        self._look = look
        self._window = window
        self._methods = methods
        self._settings = settings
        self._offered = offered
        self._palette: Palette | None = None
        self.tour = Tour(look, window, settings, steps)
        self.sheet: ShortcutSheet | None = None
        self.guide: Guide | None = None
        self.about: About | None = None

    @property
    def palette(self) -> Palette:
        """The command palette."""
        if self._palette is None:
            from dnnmig_gui.gui.help.palette import Palette

            self._palette = Palette(self._look, self._window, self._settings, self._offered)
        return self._palette

    def show_palette(self) -> None:
        """Open the command palette."""
        self.palette.open()

    def show_shortcuts(self) -> None:
        """Open the sheet of all shortcuts."""
        if self.sheet is None:
            from dnnmig_gui.gui.help.shortcuts import ShortcutSheet

            self.sheet = ShortcutSheet(self._look, self._window)
        self.sheet.open()

    def show_guide(self) -> None:
        """Open the guide; where the keyboard is on a method, at its page."""
        from dnnmig_gui.gui.help.guide import Guide
        from dnnmig_gui.gui.help.topics import method_topic_id

        if self.guide is None:
            self.guide = Guide(self._look, self._window)
        focused = QApplication.focusWidget()
        for widget, chosen in self._methods.items():
            if focused is not None and (widget is focused or widget.isAncestorOf(focused)):
                self.guide.show_topic(method_topic_id(*chosen()))
        self.guide.show()
        self.guide.raise_()
        self.guide.activateWindow()

    def start_tour(self) -> None:
        """Begin the tour."""
        self.tour.start()

    def offer_tour(self) -> None:
        """Begin the tour where nobody has seen it yet."""
        if not self.tour.was_shown:
            self.tour.start()

    def show_about(self) -> None:
        """Say what runs here, in which versions."""
        if self.about is None:
            from dnnmig_gui.gui.help.about import About

            self.about = About(self._window)
        self.about.show()
        self.about.raise_()
