"""Models longer than those of the zoo."""

from __future__ import annotations

from dnnmig_gui.core.dnn import DnnModel, Layer


def long_chain(count: int) -> DnnModel:
    """Return a chain of an input and `count` layers, every third an activation, with nothing in their names."""
    layers = [Layer("input", "input", (), 0, 0, 150_528)]
    for number in range(count):
        dresses = number % 3 == 2
        kind, size = ("relu", 0) if dresses else ("convolution", 1_000_000 + 100 * number)
        before = layers[-1].name
        layers.append(Layer(f"layer{number}", kind, (before,), 10**7, size, 100_000 + number % 50 * 4000))
    return DnnModel(f"chain-{count}", tuple(layers))


def long_branches(count: int) -> DnnModel:
    """Return about `count` layers that part into three branches and meet again, over and over, every tenth a shortcut.

    The branches have one, two and three layers; the names say nothing of what belongs together.
    """
    layers = [Layer("input", "input", (), 0, 0, 150_528)]

    def put(kind: str, size: int, *before: str) -> str:
        name = f"layer{len(layers)}"
        layers.append(Layer(name, kind, before, 10**7, size, 100_000 + len(layers) % 50 * 4000))
        return name

    here, skipped = "input", "input"
    block = 0
    while len(layers) <= count - 9:
        here = put("convolution", 1_000_000, here)
        ends = [put("convolution", 10_000 * length, here) for length in (1, 2, 3)]
        ends[1] = put("convolution", 500_000, ends[1])
        ends[2] = put("convolution", 500_000, put("relu", 0, ends[2]))
        here = put("concatenation", 0, *ends)
        if block % 10 == 9:
            here = put("addition", 0, here, skipped)
            skipped = here
        block += 1
    return DnnModel(f"branches-{count}", tuple(layers))
