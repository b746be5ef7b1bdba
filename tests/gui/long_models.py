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
