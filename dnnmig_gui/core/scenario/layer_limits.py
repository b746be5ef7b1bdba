"""Edits of a user's limits, layer by layer: pin to a place, bar from one, or let go.

Every function takes a user's limits and returns others; limits that are not about layers stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dnnmig_gui.core.scenario.schema import BarLimit, Limit, PinLimit

EVERY = "*"
"""Stands for all layers of a model."""
Limits = tuple[Limit, ...]


def pins_on(limits: Sequence[Limit], layer: str) -> frozenset[str]:
    """Return the servers and tiers that a layer is pinned to; empty if it is not pinned."""
    return frozenset(
        place for limit in limits if isinstance(limit, PinLimit) and _names(limit, layer) for place in limit.to
    )


def bars_on(limits: Sequence[Limit], layer: str) -> frozenset[str]:
    """Return the servers and tiers that a layer is barred from."""
    return frozenset(
        place for limit in limits if isinstance(limit, BarLimit) and _names(limit, layer) for place in limit.from_
    )


def pin_layers(limits: Sequence[Limit], layers: Sequence[str], place: str, model: Sequence[str]) -> Limits:
    """Pin layers to a server or a tier, and to nothing else; what they are barred from stays.

    Parameters
    ----------
    model
        The names of all layers, in their order: a limit on all of them that some leave needs them.
    """
    kept = _without(limits, (PinLimit,), layers, model)
    return (*kept, PinLimit(limit="pin", layers=tuple(layers), to=(place,)))


def bar_layers(limits: Sequence[Limit], layers: Sequence[str], place: str) -> Limits:
    """Bar layers from a server or a tier too; layers barred together stay in one limit."""
    missing = tuple(layer for layer in layers if place not in bars_on(limits, layer))
    if not missing:
        return tuple(limits)
    for number, limit in enumerate(limits):
        if isinstance(limit, BarLimit) and limit.layers == missing:
            both = BarLimit.model_validate({"limit": "bar", "layers": missing, "from": (*limit.from_, place)})
            return (*limits[:number], both, *limits[number + 1 :])
    return (*limits, BarLimit.model_validate({"limit": "bar", "layers": missing, "from": (place,)}))


def unbar_layers(limits: Sequence[Limit], layers: Sequence[str], place: str, model: Sequence[str]) -> Limits:
    """Let layers run at a server or a tier again that they were barred from."""
    found: list[Limit] = []
    for limit in limits:
        if not isinstance(limit, BarLimit) or place not in limit.from_:
            found.append(limit)
            continue
        left = _left(limit, layers, model)
        if left == limit.layers:
            found.append(limit)
            continue
        if left:
            found.append(limit.model_copy(update={"layers": left}))
        others = tuple(name for name in limit.from_ if name != place)
        freed = tuple(name for name in _listed(limit, model) if name in layers)
        if others:
            found.append(limit.model_copy(update={"layers": freed, "from_": others}))
    return tuple(found)


def free_layers(limits: Sequence[Limit], layers: Sequence[str], model: Sequence[str]) -> Limits:
    """Remove the pins and bars of layers."""
    return _without(limits, (PinLimit, BarLimit), layers, model)


def unpin_layers(limits: Sequence[Limit], layers: Sequence[str], model: Sequence[str]) -> Limits:
    """Remove the pins of layers."""
    return _without(limits, (PinLimit,), layers, model)


def _names(limit: PinLimit | BarLimit, layer: str) -> bool:
    return layer in limit.layers or EVERY in limit.layers


def _listed(limit: PinLimit | BarLimit, model: Sequence[str]) -> tuple[str, ...]:
    return tuple(model) if EVERY in limit.layers else limit.layers


def _left(limit: PinLimit | BarLimit, layers: Collection[str], model: Sequence[str]) -> tuple[str, ...]:
    """Return the layers that a limit names beside some; its own tuple if it names none of those."""
    listed = _listed(limit, model)
    left = tuple(name for name in listed if name not in layers)
    return limit.layers if len(left) == len(listed) else left


def _without(
    limits: Sequence[Limit], kinds: tuple[type[PinLimit | BarLimit], ...], layers: Sequence[str], model: Sequence[str]
) -> Limits:
    gone = frozenset(layers)
    found: list[Limit] = []
    for limit in limits:
        if not isinstance(limit, PinLimit | BarLimit) or not isinstance(limit, kinds):
            found.append(limit)
            continue
        left = _left(limit, gone, model)
        if left == limit.layers:
            found.append(limit)
        elif left:
            found.append(limit.model_copy(update={"layers": left}))
    return tuple(found)
