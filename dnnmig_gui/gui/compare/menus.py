"""Menus of the comparison: columns, users, combinations to add, what can be done with a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from dnnmig_gui.core.registry import all_methods
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.compare.columns import COLUMNS
from dnnmig_gui.gui.compare.comparing import SIDES, Comparing, Entry
from dnnmig_gui.gui.compare.contender import Combination
from dnnmig_gui.gui.compare.table import ComparisonTable
from dnnmig_gui.gui.language import tr


def columns_menu(parent: QWidget, table: ComparisonTable) -> QMenu:
    """Return the menu in which columns are chosen."""
    menu = QMenu(parent)
    for column in COLUMNS:
        action = menu.addAction(tr(column.title))
        action.setToolTip(tr(column.tip))
        action.setCheckable(True)
        action.setChecked(table.shows(column))
        action.toggled.connect(lambda on, column=column: table.show_column(column, shown=on))
    return menu


def users_menu(parent: QWidget, names: Sequence[str], followed: int, follow: Callable[[int], object]) -> QMenu:
    """Return the menu of users; the one that is followed is marked."""
    menu = QMenu(parent)
    group = QActionGroup(menu)
    for number, name in enumerate(names):
        action = menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(number == followed)
        action.setActionGroup(group)
        action.triggered.connect(lambda _=False, number=number: follow(number))
    return menu


def combinations_menu(parent: QWidget, comparing: Comparing) -> QMenu:
    """Return the menu of combinations: an offloading method, then an uploading method."""
    menu = QMenu(parent)
    scenario = comparing.scenario
    if scenario is None:
        return menu
    known = [entry.combination for entry in comparing.entries]
    uploading = all_methods("uploading")
    for method in all_methods("offloading"):
        own = scenario.offloading
        choice = own if own.method == method.name else MethodChoice(method=method.name)
        inner = menu.addMenu(tr(method.title))
        wanted = [
            Combination(
                choice,
                scenario.uploading if scenario.uploading.method == each.name else MethodChoice(method=each.name),
            )
            for each in uploading
        ]
        every = inner.addAction(tr("With every uploading method"))
        every.triggered.connect(lambda _=False, wanted=wanted: _add_all(comparing, wanted))
        inner.addSeparator()
        for each, combination in zip(uploading, wanted, strict=True):
            action = inner.addAction(tr(each.title))
            action.setEnabled(combination not in known)
            action.triggered.connect(lambda _=False, one=combination: comparing.add(one))
    return menu


def _add_all(comparing: Comparing, combinations: Sequence[Combination]) -> None:
    for combination in combinations:
        comparing.add(combination)


def row_menu(parent: QWidget, comparing: Comparing, entry: Entry, use: Callable[[Entry], object]) -> QMenu:
    """Return the context menu of a row; `use` loads its plan into the main views."""
    menu = QMenu(parent)
    ready = entry.contender is not None
    for side in SIDES:
        action = menu.addAction(tr("Lay at {side}").format(side=side))
        action.setEnabled(ready and comparing.side_of(entry) != side)
        action.triggered.connect(lambda _=False, side=side: comparing.put(entry, side))
    action = menu.addAction(tr("Use this plan"))
    action.setEnabled(ready)
    action.triggered.connect(lambda: use(entry))
    menu.addSeparator()
    menu.addAction(tr("Remove")).triggered.connect(lambda: comparing.remove(entry))
    return menu
