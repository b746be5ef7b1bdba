"""How the model is drawn: what colours say, whether cut points show, what is folded."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from dnnmig_gui.gui.dnn.shading import COLOR_TITLES, ColorBy
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_panel import HeaderButton


class OptionsButton(HeaderButton):
    """A button with a menu of all that may be drawn in another way.

    Signals
    -------
    color_asked(str)
        A `ColorBy`.
    cuts_asked(bool)
        Whether to show the cut points.
    fold_all_asked(), unfold_all_asked()
        All blocks as one box each, or every layer in a box of its own.
    """

    color_asked = Signal(str)
    cuts_asked = Signal(bool)
    fold_all_asked = Signal()
    unfold_all_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, tr("Colours, cut points and blocks"), icon="view")
        self.menu = QMenu(self)
        self.colors: dict[ColorBy, QAction] = {}
        group = QActionGroup(self)
        for key, title in COLOR_TITLES.items():
            action = self.menu.addAction(tr("Colours by {title}").format(title=tr(title).lower()))
            action.setCheckable(True)
            action.setChecked(key == "place")
            action.triggered.connect(lambda _=False, key=key: self.color_asked.emit(key))
            group.addAction(action)
            self.colors[key] = action
        self.menu.addSeparator()
        self.cuts = self.menu.addAction(tr("Cut points"))
        self.cuts.setCheckable(True)
        self.cuts.setToolTip(tr("Where one tensor alone joins both parts, and its bytes"))
        self.cuts.triggered.connect(self.cuts_asked)
        self.menu.addSeparator()
        self.fold = self.menu.addAction(tr("Fold all blocks"))
        self.fold.triggered.connect(self.fold_all_asked)
        self.unfold = self.menu.addAction(tr("Unfold all blocks"))
        self.unfold.triggered.connect(self.unfold_all_asked)
        self.clicked.connect(self._open)

    def show_folds(self, folded: int, blocks: int) -> None:
        """Offer what there is to fold and unfold."""
        self.fold.setEnabled(folded < blocks)
        self.unfold.setEnabled(folded > 0)

    def _open(self) -> None:
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
