"""What the drawing of a followed user's model says at time t. No Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.critical_path import critical_pairs
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, PathCost
from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.topology import Tier
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.dnn.layout import Drawing
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.run_state import RunState

FADE_S = 0.160

Outline = Literal["planned", "uploading"]


@dataclass(frozen=True)
class Bracket:
    """A line above layers of a P3, or of several where branches stand above one another.

    Parameters
    ----------
    first, last
        Layers at its left and right end.
    partitions
        Numbers of its P3, ascending.
    confirmed
        Whether all of them are.
    """

    first: int
    last: int
    partitions: tuple[int, ...]
    tier: Tier
    confirmed: bool


@dataclass(frozen=True)
class Bar:
    """A line below layers that run at the same places.

    Parameters
    ----------
    parts
        Tiers and the share of the layers' time at each.
    texts
        From the longest to the shortest.
    """

    first: int
    last: int
    parts: tuple[tuple[Tier, float], ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class BlockLook:
    """How a folded block looks.

    Parameters
    ----------
    parts, former
        Server numbers, and the share of the block's layers at each, now and before the last CR.
    outline
        What is still to come for layers of it, and `target`, the server that it comes to.
    """

    parts: tuple[tuple[int, float], ...]
    former: tuple[tuple[int, float], ...]
    outline: Outline | None
    target: int


@dataclass(frozen=True)
class Picture:
    """How every layer looks.

    Parameters
    ----------
    places, planned
        Server number of each layer now, and once all is uploaded.
    former
        Where it ran before the last CR; as `places` unless colours are fading.
    fade
        Share of the cross-fade done.
    outlines
        By layer: what is still to come for it.
    share
        Share sent of the P3 that is uploading.
    uploading
        Number of the P3 that is uploading, or None.
    """

    places: tuple[int, ...]
    planned: tuple[int, ...]
    former: tuple[int, ...]
    fade: float
    outlines: dict[int, Outline]
    share: float
    uploading: int | None
    brackets: tuple[Bracket, ...]
    bars: tuple[Bar, ...]
    looks: dict[tuple[int, int], BlockLook] = field(default_factory=dict, compare=False, repr=False)
    """Of blocks asked for before; shared by all pictures between two events."""

    def of_block(self, layers: range) -> BlockLook:
        """Return how layers next to one another look that are drawn as one box."""
        key = (layers.start, layers.stop)
        if key not in self.looks:
            self.looks[key] = self._of_block(layers)
        return self.looks[key]

    def _of_block(self, layers: range) -> BlockLook:
        coming = [layer for layer in layers if layer in self.outlines]
        uploading = next((layer for layer in coming if self.outlines[layer] == "uploading"), None)
        next_one = uploading if uploading is not None else (coming[0] if coming else None)
        return BlockLook(
            _shares(self.places, layers),
            _shares(self.former, layers),
            None if next_one is None else self.outlines[next_one],
            -1 if next_one is None else self.planned[next_one],
        )


def _shares(places: Sequence[int], layers: Sequence[int]) -> tuple[tuple[int, float], ...]:
    counts = Counter(places[layer] for layer in layers)
    return tuple((server, count / len(layers)) for server, count in sorted(counts.items()))


class Pictures:
    """Makes the pictures of one user's run; what changes only at a CR is made once for each."""

    def __init__(self, state: RunState, user: int, drawing: Drawing) -> None:
        self._state = state
        self._user = user
        self._drawing = drawing
        plan = state.plan
        self.problem = plan.problem.users[user]
        self.servers = plan.problem.topology.servers
        self.partition_of = {
            layer: number
            for number, partition in enumerate(plan.users[user].uploading.partitions)
            for layer in partition.layers
        }
        self._planned = tuple(int(place) for place in plan.users[user].places)
        users = users_on_servers(plan.problem, plan.offloading.places)[user]
        self._cost: LinearCost = contended(self.problem.delay, users)
        self._stages: dict[int, tuple[tuple[int, ...], tuple[Bar, ...], tuple[Bracket, ...]]] = {}
        self._outlines: dict[tuple[int, int | None], dict[int, Outline]] = {}
        self._looks: dict[tuple[int, int | None, bool], dict[tuple[int, int], BlockLook]] = {}

    def at(self, t: float, fades_over_s: float) -> Picture:
        """Return the picture at t; `fades_over_s` is the length of a cross-fade in the run's seconds, 0 for none."""
        confirmed = self._state.confirmed(self._user, t)
        upload = self._state.upload(self._user, t)
        places, bars, brackets = self._stage(confirmed)
        former, fade = places, 1.0
        if confirmed and fades_over_s > 0:
            fade = min(1.0, (t - self._state.confirmed_since(self._user, t)) / fades_over_s)
            if fade < 1:
                former = self._stage(confirmed - 1)[0]
        uploading = upload.partition if upload is not None else None
        outlines = self._outlines_of(confirmed, uploading)
        share = upload.share if upload is not None else 0.0
        looks = self._looks.setdefault((confirmed, uploading, fade < 1), {})
        return Picture(places, self._planned, former, fade, outlines, share, uploading, brackets, bars, looks)

    def layer_seconds(self, places: Sequence[int]) -> FloatArray:
        """Return the time of each layer at its place, shape (L,), with the users that share it under the plan."""
        seconds: FloatArray = self._cost.execution[np.arange(len(places)), np.asarray(places)]
        return seconds

    def seconds(self, layer: int, server: int) -> float:
        """Return the time of a layer on a server, with the users that share it under the plan."""
        return float(self._cost.execution[layer, server])

    def _outlines_of(self, confirmed: int, uploading: int | None) -> dict[int, Outline]:
        key = (confirmed, uploading)
        if key not in self._outlines:
            self._outlines[key] = {
                layer: "uploading" if partition == uploading else "planned"
                for layer, partition in self.partition_of.items()
                if partition >= confirmed and self.problem.param_bytes[layer] > 0
            }
        return self._outlines[key]

    def _stage(self, confirmed: int) -> tuple[tuple[int, ...], tuple[Bar, ...], tuple[Bracket, ...]]:
        if confirmed not in self._stages:
            stages = self._state.plan.users[self._user].uploading.stages
            places = stages[min(confirmed, len(stages) - 1)].places
            here = tuple(int(place) for place in places)
            self._stages[confirmed] = (here, self._bars(places), self._brackets(confirmed))
        return self._stages[confirmed]

    def _brackets(self, confirmed: int) -> tuple[Bracket, ...]:
        """Return a bracket for each stretch of groups whose parametric layers are of the same P3."""
        stretches: list[tuple[tuple[int, ...], list[int]]] = []
        for group in self._drawing.groups:
            own = [layer for layer in group if self.problem.param_bytes[layer] > 0]
            if not own:
                continue
            partitions = tuple(sorted({self.partition_of[layer] for layer in own if layer in self.partition_of}))
            if stretches and stretches[-1][0] == partitions:
                stretches[-1][1].extend(own)
            else:
                stretches.append((partitions, own))
        every = self._state.plan.users[self._user].uploading.partitions
        return tuple(
            Bracket(
                *self._ends(layers),
                partitions,
                self.servers[every[partitions[0]].server].tier,
                partitions[-1] < confirmed,
            )
            for partitions, layers in stretches
            if partitions
        )

    def _ends(self, layers: list[int]) -> tuple[int, int]:
        """Return which of some layers reach farthest to the left and to the right."""
        box = self._drawing.box
        return min(layers, key=lambda layer: box(layer).x), max(
            layers, key=lambda layer: box(layer).x + box(layer).width
        )

    def _bars(self, places: IntArray) -> tuple[Bar, ...]:
        runs: list[tuple[tuple[int, ...], list[int]]] = []
        for group in self._drawing.groups:
            layers = [layer for layer in group if self.problem.computes[layer]]
            if not layers:
                continue
            here = tuple(dict.fromkeys(int(places[layer]) for layer in layers))
            if runs and set(runs[-1][0]) == set(here):
                runs[-1][1].extend(layers)
            else:
                runs.append((here, layers))
        run_of = {layer: number for number, (_, layers) in enumerate(runs) for layer in layers}
        waited_for = self._waited_for(places)
        link_s = self._link_seconds(places, run_of, len(runs), waited_for)
        return tuple(
            self._bar(here, layers, places, seconds, waited_for)
            for (here, layers), seconds in zip(runs, link_s, strict=True)
        )

    def _waited_for(self, places: IntArray) -> set[tuple[int, int]] | None:
        """Return (producer, reader) along the critical path, which a parallel delay counts; None if all counts."""
        if not isinstance(self._cost, PathCost):
            return None
        return set(critical_pairs(self._cost.path, self.problem.tensors, places, self.problem.client))

    def _link_seconds(
        self, places: IntArray, run_of: dict[int, int], count: int, waited_for: set[tuple[int, int]] | None
    ) -> list[float]:
        """Return for each run the time of the tensors that come in to it; the result's way back is the last's."""
        seconds = [0.0] * count
        if not count:
            return seconds
        tensors = self.problem.tensors
        end = len(self.problem.model)
        for producer, size, consumers in zip(tensors.producer, tensors.size_bytes, tensors.consumers, strict=True):
            start = int(places[producer])
            reached = {start}
            transfer = None
            for consumer in consumers:
                place = self.problem.client if consumer == end else int(places[consumer])
                if place in reached or (waited_for is not None and (int(producer), consumer) not in waited_for):
                    continue
                reached.add(place)
                transfer = self._cost.transfer(float(size)) if transfer is None else transfer
                run = run_of.get(int(producer), count - 1) if consumer == end else run_of.get(consumer, count - 1)
                seconds[run] += float(transfer[start, place])
        return seconds

    def _bar(
        self,
        here: tuple[int, ...],
        layers: list[int],
        places: IntArray,
        link_s: float,
        waited_for: set[tuple[int, int]] | None,
    ) -> Bar:
        counted = layers
        if waited_for is not None:
            producers = {producer for producer, _ in waited_for}
            counted = [layer for layer in layers if layer in producers]
        names = ", ".join(id_title(self.servers[place].id) for place in here)
        seconds = seconds_text(sum(float(self._cost.execution[layer, places[layer]]) for layer in counted))
        moves = any(self._planned[layer] != places[layer] for layer in layers)
        head = tr("{names} for now").format(names=names) if moves else names
        texts = [f"{head} · {seconds}", f"{names} · {seconds}", names, seconds]
        if link_s > 0:
            texts.insert(
                0,
                tr("{head} · {time}  (+ {link} on the link)").format(
                    head=head, time=seconds, link=seconds_text(link_s)
                ),
            )
        return Bar(*self._ends(layers), self._parts(layers, places), tuple(texts))

    def _parts(self, layers: list[int], places: IntArray) -> tuple[tuple[Tier, float], ...]:
        """Return the tiers at which layers run, the client first, and the share of their time at each."""
        spent: dict[Tier, float] = {}
        for layer in layers:
            tier = self.servers[places[layer]].tier
            spent[tier] = spent.get(tier, 0.0) + float(self._cost.execution[layer, places[layer]])
        total = sum(spent.values())
        return tuple((tier, spent[tier] / total if total > 0 else 1 / len(spent)) for tier in TIERS if tier in spent)
