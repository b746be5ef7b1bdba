"""How long a model takes to come in, and how much memory: a VGG19 with its 575 MB of weights, and 10,000 nodes.

Promised are under 0.5 s for each and under 200 MB for the first. Time and memory of a fresh process are in
``extra_info`` (they hold the start of Python and the import of the onnx package too).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from pytest_benchmark.fixture import BenchmarkFixture

from dnnmig_gui.core.dnn.onnx_import import read_onnx

VGG19 = Path(onnx.__file__).parent / "backend/test/data/light/light_vgg19.onnx"
NODES = 10_000

# ru_maxrss of a child counts the peak of the process it was forked from (this one, which built the file), so on Linux
# the peak comes from where exec resets it.
FRESH = """
import json, pathlib, re, resource, sys, time
start = time.perf_counter()
from dnnmig_gui.core.dnn.onnx_import import read_onnx
model = read_onnx(sys.argv[1])
seconds = time.perf_counter() - start
status = pathlib.Path("/proc/self/status")
if status.exists():
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text()).group(1)) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"seconds": seconds, "peak_mb": peak / 1e6, "layers": len(model)}))
"""


def in_a_fresh_process(path: Path) -> dict[str, float]:
    """Seconds from before the first import, and the peak memory of the process."""
    run = subprocess.run([sys.executable, "-c", FRESH, str(path)], check=True, capture_output=True, text=True)
    return dict(json.loads(run.stdout))


@pytest.fixture(scope="module")
def vgg19(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return VGG19 as people have it: the weights as initialisers inside the file, a tensor after the other."""
    model = onnx.load(VGG19)
    graph = model.graph
    shapes = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made = {node.output[0]: shapes[node.input[0]] for node in graph.node if node.op_type == "ConstantOfShape"}
    sources = {node.input[0] for node in graph.node if node.op_type == "ConstantOfShape"}
    for field in (graph.initializer, graph.input):
        for entry in [entry for entry in field if entry.name in sources]:
            field.remove(entry)
    for node in [node for node in graph.node if node.op_type == "ConstantOfShape"]:
        graph.node.remove(node)
    for name, shape in made.items():
        data = np.zeros(shape, np.float32).tobytes()
        graph.initializer.append(TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, raw_data=data))
    model.ir_version = 8
    path = tmp_path_factory.mktemp("models") / "vgg19.onnx"
    path.write_bytes(model.SerializeToString())
    assert path.stat().st_size > 574e6
    return path


@pytest.fixture(scope="module")
def long_chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 10,000 nodes: convolution, batch normalisation, relu and an addition around them, 2,500 times."""
    nodes, tensors, previous = [], [], "x"
    for block in range(NODES // 4):
        names = [f"{kind}{block}" for kind in ("conv", "norm", "relu", "add")]
        tensors.append(numpy_helper.from_array(np.zeros((8, 8, 3, 3), np.float32), f"w{block}"))
        norms = [f"{part}{block}" for part in ("scale", "bias", "mean", "var")]
        tensors += [numpy_helper.from_array(np.zeros(8, np.float32), name) for name in norms]
        nodes += [
            helper.make_node("Conv", [previous, f"w{block}"], [names[0]], name=names[0], pads=[1, 1, 1, 1]),
            helper.make_node("BatchNormalization", [names[0], *norms], [names[1]], name=names[1]),
            helper.make_node("Relu", [names[1]], [names[2]], name=names[2]),
            helper.make_node("Add", [names[2], previous], [names[3]], name=names[3]),
        ]
        previous = names[3]
    graph = helper.make_graph(
        nodes,
        "chain",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 8, 16, 16])],
        [onnx.ValueInfoProto(name=previous)],
        tensors,
    )
    path = tmp_path_factory.mktemp("models") / "chain.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString())
    return path


@pytest.mark.benchmark(group="import")
def test_vgg19_with_its_weights(benchmark: BenchmarkFixture, vgg19: Path) -> None:
    benchmark.extra_info["fresh process"] = in_a_fresh_process(vgg19)
    model = benchmark(read_onnx, vgg19)
    assert model.total_param_bytes == 4 * 143_667_240


@pytest.mark.benchmark(group="import")
def test_ten_thousand_nodes(benchmark: BenchmarkFixture, long_chain: Path) -> None:
    benchmark.extra_info["fresh process"] = in_a_fresh_process(long_chain)
    model = benchmark(read_onnx, long_chain)
    assert len(model) == NODES + 1


@pytest.mark.benchmark(group="import")
def test_ten_thousand_nodes_shape_inference_alone(benchmark: BenchmarkFixture, long_chain: Path) -> None:
    """The floor under the import: what the onnx package needs for the shapes, from protobuf to protobuf."""
    model = onnx.load(long_chain)
    inferred = benchmark(onnx.shape_inference.infer_shapes, model)
    assert len(inferred.graph.value_info) >= NODES - 1


@pytest.mark.benchmark(group="import")
def test_resnet50(benchmark: BenchmarkFixture) -> None:
    model = benchmark(read_onnx, VGG19.with_name("light_resnet50.onnx"))
    assert len(model) == 177
