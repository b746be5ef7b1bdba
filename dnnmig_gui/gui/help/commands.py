"""Everything that the command palette offers: actions, examples, models, servers, layers, methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.zoo import zoo_names, zoo_title
from dnnmig_gui.core.registry import KINDS, Kind, all_methods
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.actions import ACTIONS
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import TIER_TITLES, id_title, model_title
from dnnmig_gui.gui.selection import Selection


@dataclass(frozen=True)
class Command:
    """One line of the palette.

    Parameters
    ----------
    id
        Stable: what was used lately is remembered by it.
    text, group
        What people read: "Cloud 3", "Server".
    icon
        Name of an icon.
    run
        What it does.
    keys
        Its shortcut, if it has one.
    """

    id: str
    text: str
    group: str
    icon: str
    run: Callable[[], object]
    keys: str = ""


def action_commands(actions: Mapping[str, QAction]) -> Iterator[Command]:
    """Return the actions that can be done now."""
    for spec in ACTIONS:
        action = actions[spec.id]
        if action.isEnabled() and spec.id != "palette":
            keys = spec.keys[0] if spec.keys else ""
            icon = spec.icon or "chevron-right"
            yield Command(f"action/{spec.id}", action.text().rstrip("…"), tr(spec.menu), icon, action.trigger, keys)


def example_commands(examples: Iterable[tuple[Path, str]], open_example: Callable[[Path], object]) -> Iterator[Command]:
    """Return a command a ready example."""
    for path, title in examples:
        yield Command(f"example/{path.stem}", title, tr("Example"), "example", partial(open_example, path))


def zoo_commands(add: Callable[[str], object]) -> Iterator[Command]:
    """Return a command a model of the zoo, that adds it to the scenario."""
    for name in zoo_names():
        yield Command(
            f"zoo/{name}", tr("Add {name}").format(name=zoo_title(name)), tr("Model"), "model", partial(add, name)
        )


def scenario_commands(scenario: Scenario, models: Mapping[str, DnnModel], selection: Selection) -> Iterator[Command]:
    """Return what there is to select in a scenario: users, models, servers, and layers of the followed user's model."""
    for number, user in enumerate(scenario.users):
        title = model_title(user.model, models)
        yield Command(
            f"user/{user.id}",
            tr("Follow {user} ({model})").format(user=id_title(user.id), model=title),
            tr("User"),
            "user",
            partial(selection.follow, number),
        )
    for server in scenario.servers:
        yield Command(
            f"server/{server.id}",
            id_title(server.id),
            tr(TIER_TITLES[server.tier]),
            server.tier,
            partial(selection.select, server=server.id),
        )
    if selection.user >= len(scenario.users):
        return
    followed = scenario.users[selection.user].model
    for layer in models[followed].layers if followed in models else ():
        yield Command(
            f"layer/{layer.name}",
            layer.name,
            tr("Layer of {model}").format(model=model_title(followed, models)),
            "model",
            partial(selection.select, layer=layer.name),
        )


def method_commands(document: Document) -> Iterator[Command]:
    """Return a command a method: choose it, or for preprocessing, switch it."""
    for kind in KINDS:
        for method in all_methods(kind):
            yield Command(
                f"method/{kind}/{method.name}",
                tr(_VERBS[kind]).format(title=tr(method.title)),
                tr(_GROUPS[kind]),
                "settings",
                partial(choose_method, document, kind, method.name, tr(method.title)),
            )


def parameter_commands(
    parameters: Iterable[tuple[str, str, str, str]], show: Callable[[str, str], object]
) -> Iterator[Command]:
    """Return a command for each parameter of the methods chosen: show it.

    Parameters
    ----------
    parameters
        Kind of the method, name and title of the parameter, title of the method.
    """
    for kind, name, title, method in parameters:
        yield Command(f"parameter/{kind}/{name}", title, method, "settings", partial(show, kind, name))


_VERBS: dict[Kind, str] = {
    "preprocessing": mark("Switch {title}"),
    "offloading": mark("Offload by {title}"),
    "uploading": mark("Upload by {title}"),
}
_GROUPS: dict[Kind, str] = {
    "preprocessing": mark("Preprocessing"),
    "offloading": mark("Offloading method"),
    "uploading": mark("Uploading method"),
}


def choose_method(document: Document, kind: Kind, name: str, title: str) -> None:
    """Make a method the scenario's, as one undo command; a preprocessing method is switched on or off."""
    scenario = document.scenario
    if kind == "preprocessing":
        on = [choice for choice in scenario.preprocessing if choice.method != name]
        if len(on) == len(scenario.preprocessing):
            on.append(MethodChoice(method=name))
        document.edit(tr("Switch {title}").format(title=title), scenario.model_copy(update={kind: tuple(on)}))
    elif getattr(scenario, kind).method != name:
        document.edit(
            tr("Choose {title}").format(title=title), scenario.model_copy(update={kind: MethodChoice(method=name)})
        )


def layout_commands(names: Iterable[str], use: Callable[[str], object]) -> Iterator[Command]:
    """Return a command a saved layout."""
    for name in names:
        yield Command(
            f"layout/{name}", tr("Use layout {name}").format(name=name), tr("Layout"), "view", partial(use, name)
        )
