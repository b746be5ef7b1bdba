"""What is said of a layer or a block, for tool tips and screen readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import bytes_text, flops_text, seconds_text
from dnnmig_gui.core.scenario.layer_limits import Limits, bars_on, pins_on
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.dnn.blocks import Block
from dnnmig_gui.gui.dnn.picture import Picture, Pictures
from dnnmig_gui.gui.names import id_title


def layer_lines(
    model: DnnModel, layer: int, servers: Sequence[Server], pictures: Pictures | None, picture: Picture | None
) -> list[str]:
    """Return what is known of a layer, now and under the plan."""
    one = model.layers[layer]
    lines = [
        one.name,
        one.kind.replace("-", " ").capitalize(),
        f"{flops_text(one.flops)} · {bytes_text(one.param_bytes)} of parameters",
        f"Hands on {bytes_text(one.output_bytes)}",
    ]
    if picture is None or pictures is None:
        return lines
    now, planned = picture.places[layer], picture.planned[layer]
    lines.append(f"Now on {_place_text(servers, pictures, layer, now)}")
    if planned != now:
        partition = pictures.partition_of.get(layer)
        with_p3 = f" with P3 #{partition + 1}" if partition is not None else ""
        lines.append(f"Planned{with_p3} on {_place_text(servers, pictures, layer, planned)}")
    return lines


def block_lines(
    model: DnnModel, block: Block, servers: Sequence[Server], pictures: Pictures | None, picture: Picture | None
) -> list[str]:
    """Return what is known of a block as a whole, and where its layers run."""
    layers = range(block.first, block.last + 1)
    flops = sum(model.layers[layer].flops for layer in layers)
    size = sum(model.layers[layer].param_bytes for layer in layers)
    lines = [
        block.name,
        f"Block of {len(block)} layers, folded",
        f"{flops_text(flops)} · {bytes_text(size)} of parameters",
    ]
    if picture is None or pictures is None:
        return lines
    for title, places in (("Now on", picture.places), ("Planned on", picture.planned)):
        if title == "Planned on" and all(picture.places[layer] == picture.planned[layer] for layer in layers):
            continue
        for server in sorted({places[layer] for layer in layers}):
            here = [layer for layer in layers if places[layer] == server]
            seconds = sum(pictures.seconds(layer, server) for layer in here)
            count = "all" if len(here) == len(block) else f"{len(here)} layers"
            lines.append(f"{title} {id_title(servers[server].id)}: {count}, {seconds_text(seconds)}")
    return lines


def limit_lines(limits: Limits, names: Sequence[str]) -> list[str]:
    """Return what limits say of layers: where they are pinned and what they are barred from."""
    lines = []
    for title, places_on in (("Pinned to", pins_on), ("Barred from", bars_on)):
        counts = Counter(place for name in names for place in places_on(limits, name))
        for place, count in counts.items():
            where = f"{place} servers" if place in ("edge", "cloud") else id_title(place)
            lines.append(f"{title} {where}" + ("" if count == len(names) else f": {count} of {len(names)} layers"))
    return lines


def _place_text(servers: Sequence[Server], pictures: Pictures, layer: int, server: int) -> str:
    name = id_title(servers[server].id)
    if not pictures.problem.computes[layer]:
        return name
    return f"{name}: {seconds_text(pictures.seconds(layer, server))}"
