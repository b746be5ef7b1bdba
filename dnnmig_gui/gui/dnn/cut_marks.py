"""Cut points of a drawing: where one tensor alone joins what is left and what is right, and its bytes. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.cuts import open_tensor, single_tensor_cuts
from dnnmig_gui.gui.dnn.layout import Drawing


@dataclass(frozen=True)
class CutMark:
    """A place between two boxes.

    Parameters
    ----------
    x, y
        Middle of the gap, on the arrow that the tensor takes.
    size_bytes
        Of the tensor that would cross the network.
    room
        Width of the gap.
    shrinks
        Whether it is smaller than the model's input: there a cut can pay.
    """

    x: float
    y: float
    room: float
    size_bytes: int
    shrinks: bool
    after: int


def cut_marks(model: DnnModel, drawing: Drawing, gap: float) -> tuple[CutMark, ...]:
    """Return the cut points that lie between boxes, from left to right; those within a unit or a block are left out.

    Parameters
    ----------
    gap
        Width of the room between two units.
    """
    entering = sum(layer.output_bytes for layer in model if layer.is_input)
    marks = []
    for cut in single_tensor_cuts(model):
        box = drawing.box(cut)
        if cut != box.last or drawing.boxes[drawing.box_of[cut + 1]].slim:
            continue
        producer = drawing.box(open_tensor(model, cut))
        right = max(one.x + one.width for one in (box, producer))
        size = model.layers[open_tensor(model, cut)].output_bytes
        middle = producer.y + producer.height / 2
        marks.append(CutMark(right + gap / 2, middle, gap, size, size < entering, cut))
    return tuple(marks)
