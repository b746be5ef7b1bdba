"""The nodes of an ONNX graph in an order that can run, and the refusal of what cannot be planned layer by layer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

from dnnmig_gui.core.errors import InputError

if TYPE_CHECKING:
    import onnx

_STANDARD = ("", "ai.onnx")
_MOST_NODES = 1_000_000
_MOST_AXES = 64
_GRAPHS = (5, 10)  # AttributeProto.GRAPH, GRAPHS


class Operation(NamedTuple):
    """A node of the graph with what is asked of it again and again, read once from its protobuf.

    Parameters
    ----------
    node
        The node itself.
    name
        Its own name, which may be empty.
    domain
        Whose operator it is; empty for the standard.
    kind
        Its operator, as ``Conv``.
    inputs, outputs
        Names of tensors; an empty name is an input or output left out.
    attributes
        Its attributes by name.
    """

    node: onnx.NodeProto
    name: str
    domain: str
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, onnx.AttributeProto]

    @property
    def title(self) -> str:
        """Its name, else that of its first output."""
        return self.name or next((name for name in self.outputs if name), self.kind)

    @property
    def place(self) -> str:
        """What an error calls it."""
        return f"layer {self.title!r} ({self.kind})"


def check_names(model: onnx.ModelProto) -> None:
    """Check that the names around the nodes are text; protobuf hands out bytes where they are not.

    Raises
    ------
    InputError
        If one is not.
    """
    graph = model.graph
    names: list[object] = [entry.domain for entry in model.opset_import]
    names += (tensor.name for tensor in graph.initializer)
    names += (sparse.values.name for sparse in graph.sparse_initializer)
    names += (value.name for values in (graph.input, graph.output, graph.value_info) for value in values)
    names += (size.dim_param for value in graph.input for size in value.type.tensor_type.shape.dim)
    names += (name for function in model.functions for name in (function.domain, function.name))
    _check_text(names)


def _check_text(names: Iterable[object]) -> None:
    for name in names:
        if type(name) is not str:
            raise InputError(f"the name {name!r} is no text", hint="export the model again")


def opset_of(model: onnx.ModelProto) -> int:
    """Return the version of the standard operators that a model uses.

    Raises
    ------
    InputError
        If it is newer than the installed onnx package knows.
    """
    import onnx

    version = max((entry.version for entry in model.opset_import if entry.domain in _STANDARD), default=1)
    newest = onnx.defs.onnx_opset_version()
    if not 1 <= version <= newest:
        raise InputError(
            f"uses operators of opset {version}; this program knows opsets 1 to {newest}",
            field="opset_import",
            hint="export it with an opset of 7 or later that is known",
        )
    return version


def inlined(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a model in which calls of its own functions are replaced by their bodies.

    Raises
    ------
    InputError
        If functions call one another in a circle, or unfold to more nodes than any model has.
    """
    if not model.functions:
        return model
    import onnx.inliner

    _check_functions(model)
    try:
        return onnx.inliner.inline_local_functions(model)
    except (RuntimeError, ValueError, TypeError) as error:
        raise InputError(f"its functions cannot be unfolded: {error}", field="functions") from None


def _check_functions(model: onnx.ModelProto) -> None:
    bodies = {(function.domain, function.name): function.node for function in model.functions}

    def calls(nodes: Iterable[onnx.NodeProto]) -> list[tuple[str, str]]:
        return [key for node in nodes if (key := (node.domain, node.op_type)) in bodies]

    sorter = TopologicalSorter({key: calls(nodes) for key, nodes in bodies.items()})
    try:
        order = list(sorter.static_order())
    except CycleError as error:
        names = " -> ".join(name for _, name in error.args[1])
        raise InputError(f"functions call one another in a circle: {names}", field="functions") from None
    sizes: dict[tuple[str, str], int] = {}
    for key in order:
        sizes[key] = len(bodies[key]) + sum(sizes[called] for called in calls(bodies[key]))
    if len(model.graph.node) + sum(sizes[key] for key in calls(model.graph.node)) > _MOST_NODES:
        raise InputError(f"its functions unfold to more than {_MOST_NODES} nodes", field="functions")


def operations_of(graph: onnx.GraphProto, opset: int, given: Iterable[str]) -> list[Operation]:
    """Return the nodes of a graph so that each comes after those it reads; a graph that is in order stays as it is.

    Parameters
    ----------
    graph
        The graph.
    opset
        Version of the standard operators.
    given
        Names of the tensors that are there before any node runs: inputs and initialisers.

    Raises
    ------
    InputError
        If there are subgraphs or operators outside the standard (all of them named), a tensor is produced twice or
        never, or nodes read one another in a circle.
    """
    operations = [
        Operation(node, node.name, node.domain, node.op_type, tuple(node.input), tuple(node.output), _attributes(node))
        for node in graph.node
    ]
    _check_text(name for op in operations for name in (op.name, op.domain, op.kind, *op.inputs, *op.outputs))
    _refuse_misfits(operations, opset)
    return _in_order(operations, set(given))


def _attributes(node: onnx.NodeProto) -> dict[str, onnx.AttributeProto]:
    return {attribute.name: attribute for attribute in node.attribute}


def _refuse_subgraph(operation: Operation) -> None:
    for attribute in operation.attributes.values():
        if attribute.type in _GRAPHS:
            raise InputError(
                f"is {_article(operation.kind)} with a subgraph, whose layers run as the data decide",
                field=f"node {operation.title!r}",
                hint="export the model without control flow (If, Loop, Scan), for instance by tracing it",
            )


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in set("AEIOU") else f"a {kind}"


def _refuse_misfits(operations: Iterable[Operation], opset: int) -> None:
    """Refuse subgraphs, nodes that do not fit their operator, and operators that this opset lacks (all are named).

    Shape inference trusts that a node has the inputs of its operator, so that must be sure before.
    """
    schemas: dict[tuple[str, str], _Schema | None] = {}
    unknown: dict[str, Operation] = {}
    for operation in operations:
        if operation.attributes:
            _refuse_subgraph(operation)
        key = (operation.domain, operation.kind)
        if key not in schemas:
            schemas[key] = _schema_of(*key, opset)
        schema = schemas[key]
        if schema is None:
            unknown.setdefault(".".join(part for part in key if part), operation)
        else:
            schema.check(operation)
    if unknown:
        names = list(unknown)
        listed = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        raise InputError(
            f"uses {'operators' if len(names) > 1 else 'an operator'} outside ONNX opset {opset}: {listed}",
            field=f"node {unknown[names[0]].title!r}",
            hint="export it with standard operators only",
        )


@dataclass(frozen=True, slots=True)
class _Schema:
    """What the standard asks of a node of one kind."""

    inputs: range
    needed: tuple[int, ...]
    most_outputs: int
    attributes: frozenset[str]

    def check(self, operation: Operation) -> None:
        """Raise an error if a node lacks what its operator needs or has what it does not know."""
        given = operation.inputs
        if len(given) not in self.inputs:
            least, most = self.inputs.start, self.inputs.stop - 1
            count = f"{least}" if least == most else f"{least} or more" if most > 1000 else f"{least} to {most}"
            raise InputError(f"the number of its inputs must be {count}, not {len(given)}", field=operation.place)
        if "" in given and not all(given[position] for position in self.needed):
            raise InputError("an input that it needs is left out", field=operation.place)
        if len(operation.outputs) > self.most_outputs:
            raise InputError(f"{operation.kind} has {self.most_outputs} outputs at most", field=operation.place)
        found = operation.attributes
        for name in self.attributes:
            if name not in found:
                raise InputError(f"{operation.kind} needs the attribute {name!r}", field=operation.place)
        if "axis" in found and abs(found["axis"].i) > _MOST_AXES:
            raise InputError(f"there is no axis {found['axis'].i}", field=operation.place)
        if "num_outputs" in found and found["num_outputs"].i != len(operation.outputs):
            parts = found["num_outputs"].i
            raise InputError(f"{operation.kind} says it has {parts} outputs and does not", field=operation.place)


def _schema_of(domain: str, kind: str, opset: int) -> _Schema | None:
    import onnx

    if domain not in _STANDARD:
        return None
    try:
        schema = onnx.defs.get_schema(kind, opset, "")
    except onnx.defs.SchemaError:
        return None
    if schema.deprecated:
        return None
    optional = onnx.defs.OpSchema.FormalParameterOption.Optional
    return _Schema(
        range(schema.min_input, schema.max_input + 1),
        tuple(position for position in range(schema.min_input) if _option(schema, position) != optional),
        schema.max_output,
        frozenset(name for name, attribute in schema.attributes.items() if attribute.required),
    )


def _option(schema: onnx.defs.OpSchema, position: int) -> object:
    return schema.inputs[min(position, len(schema.inputs) - 1)].option


def _in_order(operations: list[Operation], given: set[str]) -> list[Operation]:
    producer: dict[str, int] = {}
    for position, operation in enumerate(operations):
        for name in operation.outputs:
            if name and (name in producer or name in given):
                raise InputError(f"the tensor {name!r} is made twice", field=f"node {operation.title!r}")
            producer[name] = position
    producer.pop("", None)
    waits: list[int] = [0] * len(operations)
    readers: list[list[int]] = [[] for _ in operations]
    in_order = True
    for position, operation in enumerate(operations):
        for name in operation.inputs:
            if not name or name in given:
                continue
            if name not in producer:
                raise InputError(f"reads the tensor {name!r}, which nothing makes", field=f"node {operation.title!r}")
            readers[producer[name]].append(position)
            waits[position] += 1
            in_order = in_order and producer[name] < position
    if in_order:
        return operations
    ready = deque(position for position, count in enumerate(waits) if count == 0)
    order: list[int] = []
    while ready:
        position = ready.popleft()
        order.append(position)
        for reader in readers[position]:
            waits[reader] -= 1
            if waits[reader] == 0:
                ready.append(reader)
    if len(order) < len(operations):
        raise _cycle(operations, producer, waits)
    return [operations[position] for position in order]


def _cycle(operations: list[Operation], producer: dict[str, int], waits: list[int]) -> InputError:
    """Walk back from a node that waits, through nodes that wait, until one comes again."""
    position = next(position for position, count in enumerate(waits) if count)
    path: list[int] = []
    seen: dict[int, int] = {}
    while position not in seen:
        seen[position] = len(path)
        path.append(position)
        position = next(
            producer[name] for name in operations[position].inputs if name in producer and waits[producer[name]]
        )
    circle = [operations[place].title for place in reversed(path[seen[position] :])]
    shown = circle[:6] + ["..."] * (len(circle) > 6)
    return InputError(
        "nodes read one another in a circle: " + " -> ".join([*shown, circle[0]]), hint="a DNN must be acyclic"
    )
