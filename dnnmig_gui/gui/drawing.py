"""Drawing a scenario: what keys, menus, drags and drops do to its servers, links, models and users."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QWidget

from dnnmig_gui.core.dnn.zoo import zoo_names, zoo_title
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.clipboard import MEDIA_TYPE, MOST_COPIES, copied, duplicated, pasted
from dnnmig_gui.core.scenario.edits import (
    Point,
    add_link,
    add_model,
    add_server,
    give_model,
    join_all,
    move_servers,
    remove,
)
from dnnmig_gui.core.scenario.joined import Joined
from dnnmig_gui.core.scenario.placing import Alignment, Axis, aligned, distributed
from dnnmig_gui.core.topology import Tier
from dnnmig_gui.gui.banner import Banner
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.topology.panel import TopologyPanel

PASTE_SHIFT = 24.0

_ALIGNED: dict[Alignment, str] = {
    "left": mark("Align to the left"),
    "middle": mark("Align to the middle"),
    "right": mark("Align to the right"),
    "top": mark("Align to the top"),
    "centre": mark("Align to the centre"),
    "bottom": mark("Align to the bottom"),
}
_SPACED: dict[Axis, str] = {"across": mark("Space evenly across"), "down": mark("Space evenly down")}


class Drawing:
    """Every edit of the drawing is one undo command; what cannot be done is told in the banner."""

    def __init__(
        self,
        window: QWidget,
        document: Document,
        selection: Selection,
        topology: TopologyPanel,
        banner: Banner,
    ) -> None:
        self._window = window
        self._document = document
        self._selection = selection
        self._topology = topology
        self._banner = banner
        self._pasted = 0
        document.scenario_changed.connect(self._let_go)
        topology.servers_moved.connect(self.move)
        topology.link_drawn.connect(self.join)
        topology.server_dropped.connect(self.add_server)
        topology.model_dropped.connect(self.give_model)

    def _edit(self, text: str, make: Callable[[Scenario], Scenario], merge_key: str = "") -> bool:
        """Make an edit; return whether it was possible."""
        try:
            self._document.edit(text, make(self._document.scenario), merge_key)
        except InputError as error:
            self._banner.tell(error)
            return False
        self._banner.hide()
        return True

    def _edit_and_choose(self, text: str, made: tuple[Scenario, tuple[str, ...]]) -> None:
        scenario, ids = made
        if self._edit(text, lambda _: scenario):
            self._selection.select(servers=ids)

    def _as_shown(self) -> Scenario:
        """Return the scenario with every server at the place where it is shown."""
        scenario = self._document.scenario
        shown = self._topology.canvas.places()
        loose = (server.id for server in scenario.servers if server.position is None)
        return move_servers(scenario, {name: (round(shown[name][0]), round(shown[name][1])) for name in loose})

    def _kept(self) -> Scenario:
        """Return the scenario to edit: servers that somebody put in order must not jump when others come or go.

        Where nobody did, all are arranged by tier anew.
        """
        scenario = self._document.scenario
        return self._as_shown() if any(server.position is not None for server in scenario.servers) else scenario

    def _put(self, text: str, places: Mapping[str, Point], merge_key: str = "") -> None:
        """Put servers elsewhere, all others kept where they are shown."""
        self._edit(text, lambda _: move_servers(self._as_shown(), places), merge_key)

    def _let_go(self) -> None:
        """Select no longer what an edit, an undo or another file took away."""
        scenario, chosen = self._document.scenario, self._selection
        known = {server.id for server in scenario.servers}
        models = {entry.id for entry in scenario.models}
        chosen.select(
            servers=chosen.servers & known,
            links=[pair for pair in chosen.links if known >= set(pair)],
            model=chosen.model if chosen.model in models else None,
            layer=chosen.layer,
            partition=chosen.partition,
        )

    # Adding

    def add_server(self, tier: Tier, place: Point | None = None) -> None:
        """Add a server, where it was dropped or in its tier's column, and select it."""
        scenario, name = add_server(self._kept() if place is None else self._as_shown(), tier, place)
        self._edit_and_choose(tr("Add {name}").format(name=id_title(name)), (scenario, (name,)))

    def add_client(self) -> None:
        """Add a client."""
        self.add_server("client")

    def add_edge(self) -> None:
        """Add an edge server."""
        self.add_server("edge")

    def add_cloud(self) -> None:
        """Add a cloud server."""
        self.add_server("cloud")

    def join(self, one: str, other: str) -> None:
        """Join two servers, and select their link; one that is there already is selected."""
        scenario = self._document.scenario
        if Joined(scenario).has(one, other) or self._edit(
            tr("Join {one} and {other}").format(one=id_title(one), other=id_title(other)),
            lambda scenario: add_link(scenario, one, other),
        ):
            self._selection.select(links=[Joined(self._document.scenario).ordered(one, other)])

    def join_selected(self) -> None:
        """Join the selected servers, each with each, and select their links."""
        chosen = self._selection.servers
        if len(chosen) > 1 and self._edit(
            tr("Join {count} servers").format(count=len(chosen)), lambda scenario: join_all(scenario, chosen)
        ):
            joined = Joined(self._document.scenario)
            self._selection.select(links=[joined.ordered(*pair) for pair in combinations(sorted(chosen), 2)])

    def use_select(self) -> None:
        """Take the pointer."""
        self._topology.use_tool("select")

    def use_link(self) -> None:
        """Take the tool that draws links."""
        self._topology.use_tool("link")

    def use_place(self, tier: Tier) -> None:
        """Take the tool that puts servers of a tier, a click each."""
        self._topology.use_tool(tier)

    def switch_link_tool(self, taken: bool) -> None:
        """Take up or put down the tool that draws links."""
        self._topology.use_tool("link" if taken else "select")

    # Models and users

    def add_zoo_model(self, name: str) -> None:
        """Add a model of the zoo, and select it."""
        self._add_model(tr("Add {name}").format(name=zoo_title(name)), zoo=name)

    def _add_model(self, text: str, **source: Any) -> None:
        scenario, name = add_model(self._document.scenario, **source)
        if self._edit(text, lambda _: scenario):
            self._selection.select(model=name)

    def take_file(self, path: Path, client: str | None, sizes: Mapping[str, int] | None = None) -> None:
        """Add a model's file, with the sizes that it leaves open; dropped on a client, the client's user asks it."""
        file = self._document.named(path)
        if client is None:
            self._add_model(tr("Add {name}").format(name=path.stem), file=file, dimensions=sizes)
            return
        scenario, model = add_model(self._document.scenario, file=file, dimensions=sizes)
        if self._edit(
            tr("Give {model} to {client}").format(model=path.stem, client=id_title(client)),
            lambda _: give_model(scenario, client, model),
        ):
            self._choose_client(client)

    def give_model(self, model: str, client: str | None) -> None:
        """Let a client's user ask this model; a client without a user gets one."""
        if client is not None and self._edit(
            tr("Give {model} to {client}").format(model=self._model_title(model), client=id_title(client)),
            lambda scenario: give_model(scenario, client, model),
        ):
            self._choose_client(client)

    def _model_title(self, model: str) -> str:
        """Return what an undo command calls a model: a zoo's by its title there, unless it has a name of its own."""
        entry = next((entry for entry in self._document.scenario.models if entry.id == model), None)
        return zoo_title(model) if entry is not None and entry.zoo == model and model in zoo_names() else model

    def _choose_client(self, client: str) -> None:
        users = self._document.scenario.users
        self._selection.follow(next(number for number, user in enumerate(users) if user.client == client))
        self._selection.select(server=client)

    # What is selected

    def delete(self) -> None:
        """Remove what is selected, with all that cannot be without it."""
        chosen = self._selection
        what = {"servers": chosen.servers, "links": chosen.links, "models": {chosen.model} - {None}}
        count = sum(len(part) for part in what.values())
        if not count:
            return
        what_for = self._chosen_title() if count == 1 else tr("{count} parts").format(count=count)
        text = tr("Delete {what}").format(what=what_for)
        if self._edit(text, lambda _: remove(self._kept(), **what)):  # type: ignore[arg-type]
            self._selection.select()

    def _chosen_title(self) -> str:
        chosen = self._selection
        if chosen.server is not None:
            return id_title(chosen.server)
        if chosen.links:
            one, other = next(iter(chosen.links))
            return tr("link {one} to {other}").format(one=id_title(one), other=id_title(other))
        return self._model_title(str(chosen.model))

    def select_all(self) -> None:
        """Select every server."""
        self._selection.select(servers=[server.id for server in self._document.scenario.servers])

    def copy(self) -> None:
        """Put the selected servers on the clipboard, with their users, models and the links among them."""
        if self._selection.servers:
            text = copied(self._document.scenario, self._selection.servers, self._document.folder)
            data = QMimeData()
            data.setData(MEDIA_TYPE, QByteArray(text.encode()))
            data.setText(text)
            QGuiApplication.clipboard().setMimeData(data)
            self._pasted = 0

    def cut(self) -> None:
        """Copy the selected servers, then remove them."""
        if self._selection.servers:
            self.copy()
            self.delete()

    def paste(self) -> None:
        """Add what is on the clipboard, from this window or another one, and select it."""
        data = QGuiApplication.clipboard().mimeData() or QMimeData()  # None where nothing was ever copied
        text = data.data(MEDIA_TYPE).toStdString() if data.hasFormat(MEDIA_TYPE) else data.text()
        self._pasted += 1
        shift = (PASTE_SHIFT * self._pasted, PASTE_SHIFT * self._pasted)
        try:
            made = pasted(self._kept(), text, self._document.folder, shift)
        except InputError as error:
            self._banner.tell(error)
            return
        what = _title_of(made[1])
        self._edit_and_choose(tr("Paste {what}").format(what=what), made)

    def duplicate(self) -> None:
        """Add one more of each selected server."""
        self._duplicate(1)

    def duplicate_many(self) -> None:
        """Ask how many more, and add them: "20 clients like this one"."""
        if not self._selection.servers:
            return
        what = _title_of(self._selection.servers)
        count, agreed = QInputDialog.getInt(
            self._window, tr("Duplicate"), tr("How many more like {what}?").format(what=what), 20, 1, MOST_COPIES
        )
        if agreed:
            self._duplicate(count)

    def _duplicate(self, count: int) -> None:
        chosen = self._selection.servers
        if chosen:
            made = duplicated(self._kept(), chosen, count, self._topology.canvas.room())
            what = _title_of(chosen)
            text = (
                tr("Duplicate {what}").format(what=what)
                if count == 1
                else tr("Add {count} like {what}").format(count=count, what=what)
            )
            self._edit_and_choose(text, made)

    # Places

    def move(self, places: dict[str, Point]) -> None:
        """Put servers where they were dragged or nudged."""
        self._put(tr("Move {what}").format(what=_title_of(places)), places, f"move.{'.'.join(sorted(places))}")

    def _chosen_places(self) -> dict[str, Point]:
        places = self._topology.canvas.places()
        return {name: places[name] for name in places if name in self._selection.servers}

    def _align(self, to: Alignment) -> None:
        places = aligned(self._chosen_places(), to)
        if len(places) > 1:
            self._put(tr(_ALIGNED[to]), places)

    def align_left(self) -> None:
        """Align the selected servers to the leftmost."""
        self._align("left")

    def align_middle(self) -> None:
        """Align the selected servers on one vertical line, half way."""
        self._align("middle")

    def align_right(self) -> None:
        """Align the selected servers to the rightmost."""
        self._align("right")

    def align_top(self) -> None:
        """Align the selected servers to the topmost."""
        self._align("top")

    def align_centre(self) -> None:
        """Align the selected servers on one horizontal line, half way."""
        self._align("centre")

    def align_bottom(self) -> None:
        """Align the selected servers to the lowest."""
        self._align("bottom")

    def _distribute(self, along: Axis) -> None:
        places = distributed(self._chosen_places(), along)
        if len(places) > 2:
            self._put(tr(_SPACED[along]), places)

    def distribute_across(self) -> None:
        """Space the selected servers evenly from left to right."""
        self._distribute("across")

    def distribute_down(self) -> None:
        """Space the selected servers evenly from top to bottom."""
        self._distribute("down")

    def arrange(self) -> None:
        """Let the selected servers, or all, stand in their tiers' columns again."""
        ids = self._selection.servers or {server.id for server in self._document.scenario.servers}
        self._edit(tr("Arrange by tier"), lambda scenario: move_servers(scenario, dict.fromkeys(ids)))


def _title_of(servers: Collection[str]) -> str:
    """Return what an undo command calls servers: one by its name, several by their number."""
    return id_title(next(iter(servers))) if len(servers) == 1 else tr("{count} servers").format(count=len(servers))
