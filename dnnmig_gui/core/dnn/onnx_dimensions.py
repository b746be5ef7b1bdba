"""The sizes of an ONNX model's inputs: fixed ones, a batch of one, and those that must be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dnnmig_gui.core.errors import InputError, MissingSizesError, unknown_name

if TYPE_CHECKING:
    import onnx

_BATCH_NAMES = frozenset({"n", "b", "batch", "batch_size", "batchsize", "bs"})
_NO_BATCH = ("seq", "time", "len", "step", "width", "height")


def fix_input_sizes(inputs: Iterable[onnx.ValueInfoProto], dimensions: Mapping[str, int]) -> None:
    """Put a number in place of every symbolic size of a graph's inputs.

    A size given in `dimensions` wins. A batch is 1: a size called so on any axis, and every first axis whose name does
    not speak of a sequence. A size without a name goes by its input and axis, as in ``data.2``.

    Parameters
    ----------
    inputs
        The graph's inputs without its initialisers; changed in place.
    dimensions
        Sizes by name.

    Raises
    ------
    InputError
        If an input is no tensor or has no shape, a size is zero, a size is neither known nor given (all of them are
        named, with the way to give them), or a given name is not one of the model's.
    """
    for name, size in dimensions.items():
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise InputError(f"the size of dimension {name!r} must be a whole number above 0, not {size!r}")
    symbols: set[str] = set()
    missing: dict[str, str] = {}
    for value in inputs:
        field = f"input {value.name!r}"
        if not value.type.HasField("tensor_type"):
            held = value.type.WhichOneof("value") or "value without a type"
            raise InputError(
                f"is no tensor ({held.removesuffix('_type').replace('_', ' ')})",
                field=field,
                hint="cut the model after it",
            )
        if not value.type.tensor_type.HasField("shape"):
            raise InputError("has no shape", field=field, hint="export the model with the shapes of its inputs")
        for axis, dimension in enumerate(value.type.tensor_type.shape.dim):
            if dimension.dim_value > 0:
                continue
            if dimension.HasField("dim_value") and dimension.dim_value == 0:
                raise InputError(f"has the size 0 on axis {axis}", field=field, hint="export it with a real size")
            symbol = dimension.dim_param or f"{value.name}.{axis}"
            symbols.add(symbol)
            if symbol in dimensions:
                dimension.dim_value = dimensions[symbol]
            elif _is_batch(dimension.dim_param, axis):
                dimension.dim_value = 1
            else:
                missing.setdefault(symbol, value.name)
    _refuse_unknown(dimensions, symbols)
    if missing:
        raise _asking_for(missing)


def _is_batch(name: str, axis: int) -> bool:
    lower = name.lower()
    return lower in _BATCH_NAMES or (axis == 0 and not any(word in lower for word in _NO_BATCH))


def _refuse_unknown(dimensions: Mapping[str, int], symbols: set[str]) -> None:
    for name in dimensions:
        if name not in symbols:
            message, hint = unknown_name("symbolic dimension", name, symbols)
            raise InputError(message, field="dimensions", hint=hint or "all sizes of this model are fixed")


def _asking_for(missing: Mapping[str, str]) -> MissingSizesError:
    first = next(iter(missing))
    same = [symbol for symbol, holder in missing.items() if holder == missing[first]]
    what = f"the size {first!r} is" if len(same) == 1 else f"the sizes {', '.join(map(repr, same))} are"
    options = " ".join(f"--dimension {symbol}=SIZE" for symbol in missing)
    error = MissingSizesError(
        f"{what} not fixed",
        field=f"input {missing[first]!r}",
        hint=f'give {options}, or "dimensions": {{"{first}": SIZE}} at the model in the scenario',
    )
    error.names = tuple(missing)
    return error
