"""The structure of an ONNX file without its weights.

An ONNX file is one protobuf message with the weights inside it, so that parsing it needs as much memory as the weights.
Here the message is walked on disk: everything is copied but the data of large tensors, whose type and shape stay. What
is left of a 575 MB VGG19 is a few kilobytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dnnmig_gui.core.errors import InputError

if TYPE_CHECKING:
    import onnx

KEPT_BYTES = 2048
"""Messages up to this size are copied whole: small tensors hold the shapes and axes that shape inference reads."""
LARGEST_STRUCTURE_BYTES = 256 * 2**20
"""More than this without weights is no model that can be planned."""
_DEEPEST = 60  # protobuf itself stops at 100
_CHUNK_BYTES = 1 << 16
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class _Message:
    """Which fields of a message (by number in onnx.proto) are walked in turn, and which are left out."""

    walked: Mapping[int, _Message] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()


# float, int32, string, int64, raw, double and uint64 data
_TENSOR = _Message(left_out=frozenset({4, 5, 6, 7, 9, 10, 11}))
_SPARSE_TENSOR = _Message({1: _TENSOR, 2: _TENSOR})
_attribute: dict[int, _Message] = {5: _TENSOR, 10: _TENSOR, 22: _SPARSE_TENSOR, 23: _SPARSE_TENSOR}
_NODE = _Message({5: _Message(_attribute)})
_GRAPH = _Message({1: _NODE, 5: _TENSOR, 15: _SPARSE_TENSOR}, left_out=frozenset({10, 14, 16}))  # texts, annotations
_attribute |= {6: _GRAPH, 11: _GRAPH}
_FUNCTION = _Message({7: _NODE})
_MODEL = _Message({7: _GRAPH, 25: _FUNCTION}, left_out=frozenset({6, 14, 20}))  # texts, training


class _Bytes:
    """The bytes of an open file by position, a chunk at a time."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._start = 0
        self._chunk = b""
        self.size = size

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`."""
        at = start - self._start
        if at >= 0 and end - self._start <= len(self._chunk):
            return self._chunk[at : end - self._start]
        self._file.seek(start)
        if end - start > _CHUNK_BYTES:
            found = self._file.read(end - start)
        else:
            self._start, self._chunk = start, self._file.read(_CHUNK_BYTES)
            found = self._chunk[: end - start]
        if len(found) != end - start:
            raise InputError("became shorter while it was read", hint="try again when it is written")
        return found


def read_structure(path: Path) -> onnx.ModelProto:
    """Return the model of an ONNX file with the data of tensors above `KEPT_BYTES` left out.

    Raises
    ------
    InputError
        If there is no such file, or it is no ONNX model; the file is not named yet.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        if path.is_dir():
            raise InputError("is a folder, not an ONNX model", hint="name a file")
        if not path.is_file():
            raise InputError("there is no such file" if not path.exists() else "is not a regular file")
        with path.open("rb", buffering=0) as file:
            size = path.stat().st_size
            if size == 0:
                raise InputError("is empty", hint="export the model again")
            structure = _without_weights(_Bytes(file, size), 0, size, _MODEL, 0)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}") from None
    try:
        model: onnx.ModelProto = onnx.ModelProto.FromString(structure)
    except DecodeError:
        raise _not_onnx() from None
    if not model.HasField("graph"):
        raise _not_onnx()
    return model


def _not_onnx() -> InputError:
    return InputError("is not an ONNX model, or a damaged one", hint="export the model again")


def _without_weights(data: _Bytes, start: int, end: int, message: _Message, depth: int) -> bytes:
    """Return the message that lies between two positions, without what is left out."""
    if depth > _DEEPEST:
        raise InputError("nests graphs too deeply to be a model")
    pieces: list[bytes] = []
    kept_from = start
    kept_bytes = 0

    def keep(upto: int) -> None:
        nonlocal kept_bytes
        kept_bytes += upto - kept_from
        if kept_bytes > LARGEST_STRUCTURE_BYTES:
            raise InputError("holds more than 256 MB besides its weights", hint="is this an ONNX model?")
        pieces.append(data.read(kept_from, upto))

    for number, field_start, payload_start, payload_end in _fields(data, start, end):
        if number in message.left_out:
            keep(field_start)
            kept_from = payload_end
        elif payload_end - payload_start > KEPT_BYTES and (inner := message.walked.get(number)) is not None:
            keep(field_start)
            kept_from = payload_end
            payload = _without_weights(data, payload_start, payload_end, inner, depth + 1)
            pieces += (_varint(number << 3 | _LENGTH), _varint(len(payload)), payload)
    keep(end)
    return b"".join(pieces)


def _fields(data: _Bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield number, start, start of the payload and its end of each field of a message."""
    position = start
    while position < end:
        head = data.read(position, min(position + 20, end))
        if len(head) > 1 and head[0] < 0x80 and head[1] < 0x80 and head[0] & 7 == _LENGTH and head[0] > 7:
            payload_start = position + 2  # by far the most: a short tag, a short length
            payload_end = payload_start + head[1]
            if payload_end > end:
                raise _not_onnx()
            yield head[0] >> 3, position, payload_start, payload_end
            position = payload_end
            continue
        tag, at = _read_varint(head, 0)
        number, wire = tag >> 3, tag & 7
        payload_start = position + at
        if wire == _LENGTH:
            length, at = _read_varint(head, at)
            payload_start = position + at
            payload_end = payload_start + length
        elif wire == _VARINT:
            payload_end = position + _read_varint(head, at)[1]
        elif wire in {_FIXED32, _FIXED64}:
            payload_end = payload_start + (4 if wire == _FIXED32 else 8)
        else:
            raise _not_onnx()
        if number == 0 or payload_end > end:
            raise _not_onnx()
        yield number, position, payload_start, payload_end
        position = payload_end


def _read_varint(head: bytes, at: int) -> tuple[int, int]:
    """Return a base-128 number and the position after it."""
    value = shift = 0
    for byte in head[at : at + 10]:
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise _not_onnx()


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
