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
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title


def layer_lines(
    model: DnnModel, layer: int, servers: Sequence[Server], pictures: Pictures | None, picture: Picture | None
) -> list[str]:
    """Return what is known of a layer, now and under the plan."""
    one = model.layers[layer]
    lines = [
        one.name,
        tr(one.kind.replace("-", " ").capitalize()),
        tr("{work} · {size} of parameters").format(work=flops_text(one.flops), size=bytes_text(one.param_bytes)),
        tr("Hands on {size}").format(size=bytes_text(one.output_bytes)),
    ]
    if picture is None or pictures is None:
        return lines
    now, planned = picture.places[layer], picture.planned[layer]
    lines.append(tr("Now on {place}").format(place=_place_text(servers, pictures, layer, now)))
    if planned != now:
        partition = pictures.partition_of.get(layer)
        place = _place_text(servers, pictures, layer, planned)
        if partition is None:
            lines.append(tr("Planned on {place}").format(place=place))
        else:
            lines.append(tr("Planned with P3 #{number} on {place}").format(number=partition + 1, place=place))
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
        tr("Block of {count} layers, folded").format(count=len(block)),
        tr("{work} · {size} of parameters").format(work=flops_text(flops), size=bytes_text(size)),
    ]
    if picture is None or pictures is None:
        return lines
    for title, places in (
        (tr("Now on {server}: {count}, {time}"), picture.places),
        (tr("Planned on {server}: {count}, {time}"), picture.planned),
    ):
        if places is picture.planned and all(picture.places[layer] == picture.planned[layer] for layer in layers):
            continue
        for server in sorted({places[layer] for layer in layers}):
            here = [layer for layer in layers if places[layer] == server]
            seconds = sum(pictures.seconds(layer, server) for layer in here)
            count = tr("all") if len(here) == len(block) else tr("{count} layers").format(count=len(here))
            lines.append(title.format(server=id_title(servers[server].id), count=count, time=seconds_text(seconds)))
    return lines


def limit_lines(limits: Limits, names: Sequence[str]) -> list[str]:
    """Return what limits say of layers: where they are pinned and what they are barred from."""
    lines = []
    for title, places_on in ((tr("Pinned to {place}"), pins_on), (tr("Barred from {place}"), bars_on)):
        counts = Counter(place for name in names for place in places_on(limits, name))
        for place, count in counts.items():
            where = {"edge": tr("edge servers"), "cloud": tr("cloud servers")}.get(place) or id_title(place)
            told = title.format(place=where)
            some = tr("{limit}: {count} of {all} layers").format(limit=told, count=count, all=len(names))
            lines.append(told if count == len(names) else some)
    return lines


def _place_text(servers: Sequence[Server], pictures: Pictures, layer: int, server: int) -> str:
    name = id_title(servers[server].id)
    if not pictures.problem.computes[layer]:
        return name
    return f"{name}: {seconds_text(pictures.seconds(layer, server))}"
