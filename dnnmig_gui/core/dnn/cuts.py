"""Cut points: where a model falls into two parts joined by one tensor."""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel


def single_tensor_cuts(model: DnnModel) -> tuple[int, ...]:
    """Return the positions after which exactly one tensor is open, ascending.

    A tensor is open after position k if its producer is at most k and some consumer comes later. Cutting after k
    sends that one tensor; the position may be that of an input, which stands for sending the input itself.
    """
    last_use = [max(consumers, default=position) for position, consumers in enumerate(model.consumers)]
    closing = [0] * len(model)
    cuts = []
    open_tensors = 0
    for position in range(len(model) - 1):
        if last_use[position] > position:
            open_tensors += 1
            closing[last_use[position]] += 1
        open_tensors -= closing[position]
        if open_tensors == 1:
            cuts.append(position)
    return tuple(cuts)


def open_tensor(model: DnnModel, cut: int) -> int:
    """Return the position of the layer whose tensor is the one open after `cut`."""
    for position in range(cut, -1, -1):
        if model.consumers[position] and model.consumers[position][-1] > cut:
            return position
    raise ValueError(f"no tensor is open after position {cut}")
