"""Edits of every kind that the window can make, at random: for the laws of the document, and for what survives a crash.

An edit of `KINDS` takes a scenario and a source of chance and returns the scenario after it, or None where there is
nothing to edit in this way. Edits that the product refuses (`InputError`) are part of the game.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from dnnmig_gui.core.dnn.zoo import zoo_model, zoo_names
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario, Weights, edits
from dnnmig_gui.core.scenario.clipboard import copied, duplicated, pasted
from dnnmig_gui.core.scenario.joined import Pair
from dnnmig_gui.core.scenario.layer_limits import bar_layers, free_layers, pin_layers, unbar_layers, unpin_layers
from dnnmig_gui.core.scenario.placing import aligned, distributed
from dnnmig_gui.core.scenario.presets import LINK_PRESETS, SERVER_PRESETS
from dnnmig_gui.core.scenario.schema import EnergyLimit, Limit, MethodChoice, Outage, UseLimit
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.document import Document

Kind = Callable[[Scenario, random.Random], Scenario | None]
KINDS: dict[str, Kind] = {}
MERGED = frozenset({"name", "seed", "speed", "move servers", "link default", "weights", "stay"})
"""Kinds that stand for a value being dragged or typed: those in a row are undone together."""
MOST_SERVERS = 14
FOLDER = Path("elsewhere")


def kind(name: str) -> Callable[[Kind], Kind]:
    def put(made: Kind) -> Kind:
        KINDS[name] = made
        return made

    return put


def some(ids: list[str], chance: random.Random) -> tuple[str, ...]:
    """Return one or several."""
    return tuple(chance.sample(ids, chance.randint(1, min(3, len(ids)))))


def server_ids(scenario: Scenario) -> list[str]:
    return [server.id for server in scenario.servers]


def pair(scenario: Scenario, chance: random.Random) -> Pair | None:
    ids = server_ids(scenario)
    if len(ids) < 2:
        return None
    one, other = chance.sample(ids, 2)
    return one, other


def place(chance: random.Random) -> tuple[float, float]:
    return chance.uniform(0, 900), chance.uniform(0, 400)


@cache
def layer_names(zoo: str) -> tuple[str, ...]:
    return tuple(layer.name for layer in zoo_model(zoo))


# The scenario as a whole


@kind("name")
def _name(scenario: Scenario, chance: random.Random) -> Scenario:
    return scenario.model_copy(update={"name": f"Name {chance.random()}"})


@kind("description")
def _description(scenario: Scenario, chance: random.Random) -> Scenario:
    return scenario.model_copy(update={"description": chance.choice(("", "Ein Fall – 例", f"Story {chance.random()}"))})


@kind("seed")
def _seed(scenario: Scenario, chance: random.Random) -> Scenario:
    return scenario.model_copy(update={"seed": chance.randrange(2**40)})


@kind("preprocessing")
def _preprocessing(scenario: Scenario, chance: random.Random) -> Scenario:
    names = chance.sample(("merge-layers", "inception-as-one", "inception-min-cut"), chance.randint(0, 3))
    return scenario.model_copy(update={"preprocessing": tuple(MethodChoice(method=name) for name in names)})


@kind("offloading")
def _offloading(scenario: Scenario, chance: random.Random) -> Scenario:
    choice = chance.choice(
        (
            MethodChoice(method="exact"),
            MethodChoice(method="pso", parameters={"particles": chance.randint(5, 50)}),
            MethodChoice(method="local"),
        )
    )
    return scenario.model_copy(update={"offloading": choice})


@kind("uploading")
def _uploading(scenario: Scenario, chance: random.Random) -> Scenario:
    method = chance.choice(("direct", "ionn", "efficiency", "recursive-efficiency"))
    return scenario.model_copy(update={"uploading": MethodChoice(method=method)})


@kind("costs")
def _costs(scenario: Scenario, chance: random.Random) -> Scenario:
    name, values = chance.choice(
        (
            ("delay", ("serial", "parallel")),
            ("contention", ("none", "shared")),
            ("routing", ("relay", "direct")),
            ("energy", ("client", "all")),
        )
    )
    return scenario.model_copy(update={"costs": edits.changed(scenario.costs, {name: chance.choice(values)})})


@kind("running")
def _running(scenario: Scenario, chance: random.Random) -> Scenario:
    name, value = chance.choice(
        (
            ("queries_after_upload", chance.randint(0, 20)),
            ("horizon_s", chance.choice((None, chance.uniform(1, 90)))),
            ("asking", chance.choice(("back-to-back", "think", "poisson"))),
            ("servers", chance.choice(("planned", "fifo"))),
        )
    )
    return scenario.model_copy(update={"running": edits.changed(scenario.running, {name: value})})


@kind("outages")
def _outages(scenario: Scenario, chance: random.Random) -> Scenario | None:
    there = list(scenario.running.outages)
    down = [server.id for server in scenario.servers if server.tier != "client"]
    if there and chance.random() < 0.4:
        there.pop(chance.randrange(len(there)))
    elif down:
        start = chance.uniform(0, 50)
        there.append(Outage(server=chance.choice(down), start_s=start, end_s=start + chance.uniform(1, 9)))
    else:
        return None
    return scenario.model_copy(update={"running": edits.changed(scenario.running, {"outages": tuple(there)})})


# Servers


@kind("add a server")
def _add_server(scenario: Scenario, chance: random.Random) -> Scenario | None:
    if len(scenario.servers) >= MOST_SERVERS:
        return None
    return edits.add_server(scenario, chance.choice(TIERS), chance.choice((None, place(chance))))[0]


@kind("speed")
def _speed(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    return edits.set_servers(scenario, some(ids, chance), {"compute_ghz": chance.uniform(0.1, 99)}) if ids else None


@kind("server values")
def _server_values(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    values = chance.choice(
        (
            {"tier": chance.choice(TIERS)},
            {"memory_mb": chance.choice((None, 2048.0))},
            {"memory_gb_per_s": chance.choice((None, 12.5))},
            {"power_w.active": chance.uniform(1, 30)},
            {"price_per_hour": chance.uniform(0, 2)},
            {"flops_per_cycle": chance.choice((-1.0, 2.0))},  # the first is refused
        )
    )
    return edits.set_servers(scenario, some(ids, chance), values) if ids else None


@kind("server preset")
def _server_preset(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    return edits.set_servers(scenario, some(ids, chance), chance.choice(SERVER_PRESETS).values) if ids else None


@kind("move servers")
def _move(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    places = {name: chance.choice((None, place(chance), place(chance))) for name in some(ids, chance)} if ids else {}
    return edits.move_servers(scenario, places) if places else None


@kind("align servers")
def _align(scenario: Scenario, chance: random.Random) -> Scenario | None:
    places = {server.id: server.position for server in scenario.servers if server.position is not None}
    if len(places) < 2:
        return None
    if chance.random() < 0.5:
        return edits.move_servers(scenario, aligned(places, chance.choice(("left", "middle", "bottom"))))
    return edits.move_servers(scenario, distributed(places, chance.choice(("across", "down"))))


@kind("rename a server")
def _rename_server(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    if not ids:
        return None
    new = chance.choice((f"s{chance.randrange(10**6)}", chance.choice(ids), "edge"))  # the last two may be refused
    return edits.rename_server(scenario, chance.choice(ids), new)


@kind("remove servers")
def _remove_servers(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    return edits.remove(scenario, servers=some(ids, chance)) if ids else None


@kind("duplicate servers")
def _duplicate(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    if not ids or len(ids) >= MOST_SERVERS:
        return None
    return duplicated(scenario, some(ids, chance)[:2], chance.randint(1, 2))[0]


@kind("copy and paste")
def _paste(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    if not ids or len(ids) >= MOST_SERVERS:
        return None
    return pasted(scenario, copied(scenario, some(ids, chance), FOLDER), FOLDER, chance.choice((None, (24.0, 24.0))))[0]


# Links


@kind("add a link")
def _add_link(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ends = pair(scenario, chance)
    return edits.add_link(scenario, *ends) if ends else None


@kind("join all")
def _join_all(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ids = server_ids(scenario)
    return edits.join_all(scenario, some(ids, chance)) if ids else None


@kind("link values")
def _link_values(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ends = pair(scenario, chance)
    values = chance.choice(
        (
            {"bandwidth_mb_per_s": chance.choice((None, 0.0, chance.uniform(0.1, 99)))},
            {"bandwidth_back_mb_per_s": chance.choice((None, 3.5))},
            {"latency_ms": chance.uniform(0, 90)},
            {"failure_rate": chance.choice((0.25, 1.5))},  # the second is refused
            chance.choice(LINK_PRESETS).values,
        )
    )
    return edits.set_links(scenario, (ends,), values) if ends else None


@kind("links back to default")
def _reset_links(scenario: Scenario, chance: random.Random) -> Scenario | None:
    return edits.reset_links(scenario, (chance.choice(scenario.links).between,)) if scenario.links else None


@kind("remove a link")
def _remove_link(scenario: Scenario, chance: random.Random) -> Scenario | None:
    ends = pair(scenario, chance)
    return edits.remove(scenario, links=(ends,)) if ends else None


@kind("link default")
def _link_default(scenario: Scenario, chance: random.Random) -> Scenario:
    tiers = chance.choice(("client-edge", "client-cloud", "edge-cloud", "edge-edge", "cloud-cloud"))
    values = chance.choice(
        (
            {"bandwidth_mb_per_s": chance.choice((None, chance.uniform(0.1, 99)))},
            {"latency_ms": chance.uniform(0, 50), "price_per_gb": chance.uniform(0, 1)},
        )
    )
    return edits.set_link_default(scenario, tiers, values)


# Models and users


@kind("add a model")
def _add_model(scenario: Scenario, chance: random.Random) -> Scenario | None:
    if len(scenario.models) > 4:
        return None
    if chance.random() < 0.3:
        return edits.add_model(scenario, file=f"models/mine-{chance.randint(1, 3)}.csv")[0]
    return edits.add_model(scenario, zoo=chance.choice(zoo_names()))[0]


@kind("model values")
def _model_values(scenario: Scenario, chance: random.Random) -> Scenario | None:
    if not scenario.models:
        return None
    values = chance.choice(({"profile": chance.choice((None, "times.csv"))}, {"dimensions": {"batch": 2}}))
    return edits.set_model(scenario, chance.choice(scenario.models).id, values)


@kind("rename a model")
def _rename_model(scenario: Scenario, chance: random.Random) -> Scenario | None:
    if not scenario.models:
        return None
    return edits.rename_model(scenario, chance.choice(scenario.models).id, f"m{chance.randrange(10**6)}")


@kind("remove a model")
def _remove_model(scenario: Scenario, chance: random.Random) -> Scenario | None:
    return edits.remove(scenario, models=(chance.choice(scenario.models).id,)) if scenario.models else None


def _asker(scenario: Scenario, chance: random.Random) -> tuple[str, str] | None:
    clients = scenario.of_tier("client")
    if not clients or not scenario.models or len(scenario.users) > 6:
        return None
    return chance.choice(clients).id, chance.choice(scenario.models).id


@kind("add a user")
def _add_user(scenario: Scenario, chance: random.Random) -> Scenario | None:
    asker = _asker(scenario, chance)
    return edits.add_user(scenario, *asker)[0] if asker else None


@kind("give a model")
def _give_model(scenario: Scenario, chance: random.Random) -> Scenario | None:
    asker = _asker(scenario, chance)
    return edits.give_model(scenario, *asker) if asker else None


def _users(scenario: Scenario, chance: random.Random, **values: object) -> Scenario | None:
    ids = [user.id for user in scenario.users]
    return edits.set_users(scenario, some(ids, chance), values) if ids else None


@kind("stay")
def _stay(scenario: Scenario, chance: random.Random) -> Scenario | None:
    comes = chance.uniform(0, 20)
    # Someone who goes before coming is refused.
    return _users(scenario, chance, arrival_s=comes, departure_s=chance.choice((None, comes + 5, comes / 2 + 0.1)))


@kind("weights")
def _weights(scenario: Scenario, chance: random.Random) -> Scenario | None:
    delay = chance.randint(0, 100)
    energy = chance.randint(0, 100 - delay)
    weights = Weights(delay=delay / 100, energy=energy / 100, money=(100 - delay - energy) / 100)
    return _users(scenario, chance, weights=weights)


@kind("user values")
def _user_values(scenario: Scenario, chance: random.Random) -> Scenario | None:
    values = chance.choice(({"share": chance.uniform(0.5, 4)}, {"deadline_s": chance.choice((None, 2.5))}))
    return _users(scenario, chance, **values)


@kind("rename a user")
def _rename_user(scenario: Scenario, chance: random.Random) -> Scenario | None:
    if not scenario.users:
        return None
    return edits.rename_user(scenario, chance.choice(scenario.users).id, f"u{chance.randrange(10**6)}")


@kind("remove a user")
def _remove_user(scenario: Scenario, chance: random.Random) -> Scenario | None:
    return edits.remove(scenario, users=(chance.choice(scenario.users).id,)) if scenario.users else None


@kind("limits")
def _limits(scenario: Scenario, chance: random.Random) -> Scenario | None:
    limits: tuple[Limit, ...] = (
        UseLimit(limit="use", tier=chance.choice(TIERS)),
        EnergyLimit(limit="energy", budget_j=chance.uniform(1, 20)),
    )
    return _users(scenario, chance, limits=limits[: chance.randint(0, 2)])


@kind("layers")
def _layers(scenario: Scenario, chance: random.Random) -> Scenario | None:
    """Pin, bar and free layers, as the menu of the model's view does."""
    zoos = {entry.id: entry.zoo for entry in scenario.models}
    asking = [user for user in scenario.users if zoos[user.model] is not None]
    if not asking:
        return None
    user = chance.choice(asking)
    names = layer_names(zoos[user.model] or "")
    start = chance.randrange(1, len(names))
    layers = names[start : start + chance.randint(1, 4)]
    to = chance.choice(("edge", "cloud", user.client, *server_ids(scenario)))
    limits = chance.choice(
        (
            lambda: pin_layers(user.limits, layers, to, names),
            lambda: bar_layers(user.limits, layers, to),
            lambda: unbar_layers(user.limits, layers, to, names),
            lambda: unpin_layers(user.limits, layers, names),
            lambda: free_layers(user.limits, layers, names),
        )
    )()
    return edits.set_users(scenario, (user.id,), {"limits": limits})


def edit_in_kind(document: Document, name: str, chance: random.Random) -> bool:
    """Make one edit of a kind; return whether there was anything to edit, and the product did not refuse it."""
    try:
        made = KINDS[name](document.scenario, chance)
        if made is None or made == document.scenario:
            return False
        document.edit(name.capitalize(), made, name if name in MERGED else "")
    except InputError:
        return False
    return True


def edit_at_random(document: Document, chance: random.Random) -> None:
    """Make one edit of a random kind, or undo or redo."""
    step = chance.randrange(12)
    if step == 0:
        document.undo_stack.undo()
    elif step == 1:
        document.undo_stack.redo()
    elif step == 2:
        edit_in_kind(document, "add a server", chance)  # else too often there is nothing to edit
    else:
        edit_in_kind(document, chance.choice(tuple(KINDS)), chance)
