"""The menu of a layer or a block: fold it, pin it to a place, bar it from one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import set_users
from dnnmig_gui.core.scenario.layer_limits import (
    Limits,
    bar_layers,
    bars_on,
    free_layers,
    pin_layers,
    pins_on,
    unbar_layers,
    unpin_layers,
)
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.dnn.blocks import Block
from dnnmig_gui.gui.dnn.box_painter import short_name
from dnnmig_gui.gui.dnn.folding import Folding
from dnnmig_gui.gui.dnn.layout import Box
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import COLUMN_TITLES, id_title

ANY = {"edge": mark("Any edge server"), "cloud": mark("Any cloud server")}
Edit = Callable[[str, Scenario], None]


@dataclass(frozen=True)
class Subject:
    """What a menu is about: layers of a user's model.

    Parameters
    ----------
    title
        What people call them: a layer's name, or that of a block.
    layers
        Their names; those of inputs are left out, which run nothing.
    """

    scenario: Scenario
    user: int
    model: DnnModel
    title: str
    layers: tuple[str, ...]

    @property
    def limits(self) -> Limits:
        """The user's limits as they stand."""
        return self.scenario.users[self.user].limits

    def with_limits(self, limits: Limits) -> Scenario:
        """Return the scenario with other limits of this user."""
        return set_users(self.scenario, (self.scenario.users[self.user].id,), {"limits": limits})

    def common(self, places_on: Callable[[Limits, str], frozenset[str]]) -> frozenset[str]:
        """Return the places that all of the layers are pinned to or barred from."""
        return frozenset.intersection(*(places_on(self.limits, layer) for layer in self.layers))


def subject_of(
    scenario: Scenario | None, user: int, models: Mapping[str, DnnModel], drawn: DnnModel | None, box: Box
) -> Subject | None:
    """Return what the limits of a box are about: its layers that run, as the scenario's own model knows them.

    Parameters
    ----------
    models
        By their ids in the scenario.
    drawn
        The model that the box is drawn of: as it was planned, which preprocessing may have changed.
    """
    if scenario is None or drawn is None or user >= len(scenario.users):
        return None
    model = models.get(scenario.users[user].model)
    if model is None:
        return None
    names = (drawn.layers[layer] for layer in box.layers)
    layers = tuple(one.name for one in names if one.name in model.index and not one.is_input)
    title = box.block.name if box.block is not None else short_name(drawn.layers[box.layer].name)
    return Subject(scenario, user, model, title, layers) if layers else None


def add_fold_entry(menu: QMenu, box: Box, folding: Folding, turn: Callable[[Block], None]) -> None:
    """Add what folds or unfolds a block, or folds the innermost one around a layer."""
    if box.block is not None:
        block = box.block
        shape = tr("Unfold {name}") if block.span in folding.folded else tr("Fold {name}")
        text = shape.format(name=block.name)
    elif within := folding.around(box.layer):
        block = within[-1]
        text = tr("Fold {name}").format(name=block.name)
    else:
        return
    menu.addAction(text).triggered.connect(lambda: turn(block))


def add_limit_menus(menu: QMenu, subject: Subject, edit: Edit) -> None:
    """Add "Pin to", "Bar from" and "Remove limits" to a menu.

    Parameters
    ----------
    edit
        Called with what was done and the scenario after it.
    """
    names = [layer.name for layer in subject.model]
    limits, title, layers = subject.limits, subject.title, subject.layers
    pinned, barred = subject.common(pins_on), subject.common(bars_on)

    def pin(place: str, words: str, on: bool) -> None:
        if on:
            edit(
                tr("Pin {title} to {words}").format(title=title, words=words),
                subject.with_limits(pin_layers(limits, layers, place, names)),
            )
        else:
            edit(tr("Unpin {title}").format(title=title), subject.with_limits(unpin_layers(limits, layers, names)))

    def bar(place: str, words: str, on: bool) -> None:
        if on:
            edit(
                tr("Bar {title} from {words}").format(title=title, words=words),
                subject.with_limits(bar_layers(limits, layers, place)),
            )
        else:
            edit(
                tr("Let {title} run on {words}").format(title=title, words=words),
                subject.with_limits(unbar_layers(limits, layers, place, names)),
            )

    pins = menu.addMenu(tr("Pin to"))
    _offer(pins, subject, pinned, pin)
    bars = menu.addMenu(tr("Bar from"))
    _offer(bars, subject, barred, bar)
    remove = menu.addAction(tr("Remove limits"))
    remove.setEnabled(any(pins_on(limits, layer) or bars_on(limits, layer) for layer in layers))
    remove.triggered.connect(
        lambda: edit(
            tr("Remove the limits of {title}").format(title=title),
            subject.with_limits(free_layers(limits, layers, names)),
        )
    )


def _offer(menu: QMenu, subject: Subject, chosen: frozenset[str], choose: Callable[[str, str, bool], None]) -> None:
    """Offer the user's client, the tiers, and each server in a menu of its tier; those chosen are ticked."""
    client = subject.scenario.users[subject.user].client
    # Of the clients only the user's own counts, so it goes by its name.
    place = "client" if "client" in chosen and client not in chosen else client
    _add(menu, menu, id_title(client), place in chosen, _choice(choose, place, id_title(client)))
    for tier in TIERS[1:]:
        servers = subject.scenario.of_tier(tier)
        if servers:
            inner = menu.addMenu(tr(COLUMN_TITLES[tier]))
            _add(menu, inner, tr(ANY[tier]), tier in chosen, _choice(choose, tier, tr(COLUMN_TITLES[tier]).lower()))
            inner.addSeparator()
            for server in servers:
                words = id_title(server.id)
                _add(menu, inner, words, server.id in chosen, _choice(choose, server.id, words))


def _choice(choose: Callable[[str, str, bool], None], place: str, words: str) -> Callable[[bool], None]:
    return lambda on: choose(place, words, on)


def _add(owner: QWidget, menu: QMenu, text: str, on: bool, choose: Callable[[bool], None]) -> None:
    action = QAction(text, owner)
    action.setCheckable(True)
    action.setChecked(on)
    action.triggered.connect(choose)
    menu.addAction(action)
