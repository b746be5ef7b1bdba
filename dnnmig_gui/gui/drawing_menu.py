"""The menu of the drawing: what a right click on a server, on a link or on an empty place offers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from dnnmig_gui.core.scenario.edits import Point, reset_links
from dnnmig_gui.core.scenario.joined import Joined
from dnnmig_gui.core.topology.server import TIERS, Tier
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.drawing import Drawing
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.model_loading import ModelLoading
from dnnmig_gui.gui.names import model_title
from dnnmig_gui.gui.selection import Selection

COPIES = ("cut", "copy", "paste", "duplicate", "duplicate-many")
IN_ORDER = (
    *(f"align-{line}" for line in ("left", "middle", "right", "top", "centre", "bottom")),
    "distribute-across",
    "distribute-down",
)


class DrawingMenu:
    """Makes the menu of what is selected, mostly of the window's own actions.

    Parameters
    ----------
    window
        Where it pops up.
    actions
        All actions of the window, by id.
    """

    def __init__(
        self,
        window: QWidget,
        actions: Mapping[str, QAction],
        document: Document,
        loading: ModelLoading,
        selection: Selection,
        drawing: Drawing,
    ) -> None:
        self._window = window
        self._actions = actions
        self._document = document
        self._loading = loading
        self._selection = selection
        self._drawing = drawing

    def show(self, at: QPoint, place: QPointF | None) -> None:
        """Pop up at a point of the screen; `place` is the empty place of the drawing that was clicked, if any."""
        menu = self.menu(place)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def menu(self, place: QPointF | None = None) -> QMenu:
        """Return the menu of what is selected; with nothing selected, that of the drawing."""
        made = QMenu(self._window)
        if self._selection.servers:
            self._offer_for_servers(made)
        elif self._selection.links:
            self._offer_for_links(made)
        else:
            self._offer_for_nothing(made, place)
        return made

    def _add(self, menu: QMenu, *names: str) -> None:
        for name in names:
            menu.addAction(self._actions[name])

    def _offer_for_servers(self, menu: QMenu) -> None:
        self._add(menu, *COPIES)
        menu.addSeparator()
        if self._selection.server is not None:
            self._offer_models(menu, self._selection.server)
        else:
            self._add(menu, "join")
            self._add(menu.addMenu(tr("Align")), *IN_ORDER)
        self._add(menu, "arrange")
        menu.addSeparator()
        if self._selection.server is not None:
            self._add(menu, "rename")
        self._add(menu, "delete")

    def _offer_models(self, menu: QMenu, server: str) -> None:
        """Offer the scenario's models to a client, those that its users ask marked."""
        scenario = self._document.scenario
        if scenario.server(server).tier != "client" or not scenario.models:
            return
        asked = {user.model for user in scenario.users if user.client == server}
        models = menu.addMenu(self._actions["add-model-file"].icon(), tr("Model"))
        for entry in scenario.models:
            action = models.addAction(model_title(entry.id, self._loading.models))
            action.setCheckable(True)
            action.setChecked(entry.id in asked)
            action.triggered.connect(partial(self._give_model, entry.id, server))

    def _give_model(self, model: str, server: str, _checked: bool = False) -> None:
        self._drawing.give_model(model, server)

    def _offer_for_links(self, menu: QMenu) -> None:
        joined = Joined(self._document.scenario)
        pairs = self._selection.links
        if any(joined.own(*pair) is not None and joined.default(*pair) is not None for pair in pairs):
            menu.addAction(self._actions["revert"].icon(), tr("Back to default")).triggered.connect(self._reset_links)
        self._add(menu, "delete")

    def _reset_links(self) -> None:
        made = reset_links(self._document.scenario, self._selection.links)
        self._document.edit(tr("Link back to default"), made)

    def _offer_for_nothing(self, menu: QMenu, place: QPointF | None) -> None:
        where = place.toTuple() if place is not None else None
        for tier in TIERS:
            known = self._actions[f"add-{tier}"]
            made = menu.addAction(known.icon(), known.text())
            made.triggered.connect(partial(self._add_server, tier, where))
        self._add(menu, "use-link")
        menu.addSeparator()
        self._add(menu, "paste", "select-all", "arrange")

    def _add_server(self, tier: Tier, place: Point | None, _checked: bool = False) -> None:
        self._drawing.add_server(tier, place)
