"""ONNX models in: sizes, parameters and FLOPs of real architectures, and a clear word about what cannot be read."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from dnnmig_gui.core.dnn.layer_table import read_layer_table, write_layer_table
from dnnmig_gui.core.dnn.onnx_import import read_onnx
from dnnmig_gui.core.errors import InputError

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"

# Layers, parameters, FLOPs. docs/onnx-models.md has the published figures and says what differs.
ARCHITECTURES = {
    "light_bvlc_alexnet": (25, 60_965_224, 1_310_302_568),
    "light_densenet121": (669, 8_146_152, 5_731_370_496),
    "light_inception_v1": (144, 6_998_552, 2_868_164_856),
    "light_inception_v2": (372, 11_234_792, 4_053_947_048),
    "light_resnet50": (177, 25_610_152, 8_204_814_312),
    "light_shufflenet": (204, 1_420_152, 256_169_432),
    "light_squeezenet": (67, 1_235_496, 701_311_928),
    "light_vgg19": (47, 143_667_240, 39_280_524_776),
    "light_zfnet512": (23, 87_250_536, 2_966_617_704),
}


def weights(name: str, *shape: int, dtype: type = np.float32) -> TensorProto:
    return numpy_helper.from_array(np.zeros(shape, dtype), name)


def numbers(name: str, *values: int) -> TensorProto:
    return numpy_helper.from_array(np.array(values, np.int64), name)


def value(name: str, shape: list[int | str | None] | None = None, kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def saved(
    folder: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[str],
    initializers: list[TensorProto] | None = None,
    *,
    opset: int = 17,
    functions: list[onnx.FunctionProto] | None = None,
) -> Path:
    graph = helper.make_graph(nodes, "g", inputs, [onnx.ValueInfoProto(name=name) for name in outputs], initializers)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("own", 1)]
    model = helper.make_model(graph, opset_imports=opsets, functions=functions or [], ir_version=9)
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def image(*shape: int | str | None) -> list[onnx.ValueInfoProto]:
    return [value("x", list(shape))]


def refusal(path: Path, **dimensions: int) -> str:
    with pytest.raises(InputError) as caught:
        read_onnx(path, dimensions)
    text = str(caught.value)
    assert text.startswith(path.name + ": ")
    assert "\n" not in text
    return text


# --- real architectures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_architecture_has_exact_layers_parameters_and_flops(name: str) -> None:
    model = read_onnx(LIGHT / f"{name}.onnx")
    assert (len(model), model.total_param_bytes // 4, model.total_flops) == ARCHITECTURES[name]
    assert model.name == name
    assert all(layer.output_bytes > 0 for layer in model)
    assert [layer.kind for layer in model].count("input") == 1


def test_every_light_model_of_the_onnx_package_is_covered() -> None:
    assert {path.stem for path in LIGHT.glob("light_*.onnx")} == set(ARCHITECTURES)


def test_alexnet_matches_the_published_layer_table() -> None:
    """Layer by layer where both have the layer: same FLOPs, parameters and tensors but for BVLC's input of 224."""
    measured = read_layer_table(Path(__file__).parent.parent / "data/alexnet-measured.csv").model
    ours = read_onnx(LIGHT / "light_bvlc_alexnet.onnx")

    def parametric(model: object) -> list[tuple[str, int]]:
        return [(layer.kind, layer.param_bytes) for layer in model if layer.param_bytes]  # type: ignore[attr-defined]

    assert parametric(ours) == parametric(measured)
    fc = [(layer.flops, layer.output_bytes) for layer in ours if layer.kind == "fully-connected"]
    assert fc == [(layer.flops, layer.output_bytes) for layer in measured if layer.kind == "fully-connected"]


def test_grouped_convolution_of_alexnet_counts_its_group_only() -> None:
    model = read_onnx(LIGHT / "light_bvlc_alexnet.onnx")
    second = [layer for layer in model if layer.kind == "convolution"][1]
    assert second.param_bytes == 4 * (256 * 48 * 5 * 5 + 256)
    assert second.flops == 2 * (second.output_bytes // 4) * 48 * 25


@pytest.mark.parametrize("name", ["light_resnet50", "light_inception_v1", "light_shufflenet"])
def test_layer_table_of_an_architecture_reads_back_the_same(name: str, tmp_path: Path) -> None:
    model = read_onnx(LIGHT / f"{name}.onnx")
    path = tmp_path / f"{name}.csv"
    path.write_text(write_layer_table(model))
    assert read_layer_table(path).model == model


# --- parameters and constants ---------------------------------------------------------------------------------------


def test_constants_are_folded_into_the_layers_that_use_them(tmp_path: Path) -> None:
    """Initialiser, Constant, ConstantOfShape and a transposed weight all count; only two layers and the input stay."""
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["w"], name="fill"),
        helper.make_node("Transpose", ["raw"], ["turned"], perm=[1, 0]),
        helper.make_node("Constant", [], ["bias"], value=weights("v", 5)),
        helper.make_node("Conv", ["x", "w"], ["c"], name="conv"),
        helper.make_node("Flatten", ["c"], ["f"], name="flat"),
        helper.make_node("Gemm", ["f", "turned", "bias"], ["y"], name="fc"),
    ]
    path = saved(tmp_path, nodes, image(1, 3, 8, 8), ["y"], [numbers("shape", 4, 3, 3, 3), weights("raw", 5, 144)])
    model = read_onnx(path)
    assert [(layer.name, layer.kind, layer.param_bytes) for layer in model] == [
        ("x", "input", 0),
        ("conv", "convolution", 4 * 4 * 27),
        ("flat", "flatten", 0),
        ("fc", "fully-connected", 4 * (5 * 144 + 5)),
    ]
    assert model.layers[3].flops == 2 * 144 * 5
    assert model.outputs == ("fc",)


def test_a_parameter_shared_by_two_layers_counts_for_both(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["a"], name="one"),
        helper.make_node("MatMul", ["a", "w"], ["y"], name="two"),
    ]
    model = read_onnx(saved(tmp_path, nodes, image(1, 6), ["y"], [weights("w", 6, 6)]))
    assert [layer.param_bytes for layer in model] == [0, 144, 144]


def test_one_parameter_read_twice_by_a_layer_counts_once(tmp_path: Path) -> None:
    nodes = [helper.make_node("Sum", ["x", "w", "w"], ["y"])]
    model = read_onnx(saved(tmp_path, nodes, image(1, 6), ["y"], [weights("w", 6)]))
    assert model.layers[1].param_bytes == 24


def test_settings_are_no_parameters(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Reshape", ["x", "to"], ["a"], name="reshape"),
        helper.make_node("Slice", ["a", "from", "upto"], ["b"], name="slice"),
        helper.make_node("Clip", ["b", "low", "high"], ["y"], name="relu6"),
    ]
    scalars = [numpy_helper.from_array(np.array(level, np.float32), name) for name, level in (("low", 0), ("high", 6))]
    given_numbers = [numbers("to", 1, -1), numbers("from", 0, 2), numbers("upto", 1, 2**63 - 1)]
    model = read_onnx(saved(tmp_path, nodes, image(1, 2, 4), ["y"], [*given_numbers, *scalars]))
    assert [layer.param_bytes for layer in model] == [0, 0, 0, 0]
    assert [layer.output_bytes for layer in model] == [32, 32, 24, 24]
    assert [layer.flops for layer in model] == [0, 0, 0, 6]


def test_weights_stored_in_eight_bits_count_as_stored(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("DequantizeLinear", ["q", "scale"], ["w"]),
        helper.make_node("MatMul", ["x", "w"], ["y"], name="fc"),
    ]
    scale = numpy_helper.from_array(np.array(0.5, np.float32), "scale")
    model = read_onnx(saved(tmp_path, nodes, image(1, 6), ["y"], [weights("q", 6, 6, dtype=np.int8), scale]))
    assert model.layers[1].param_bytes == 36 + 4


def test_sparse_initializer_counts_what_is_stored(tmp_path: Path) -> None:
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="fc")], "g", image(1, 100), [onnx.ValueInfoProto(name="y")]
    )
    graph.sparse_initializer.append(
        helper.make_sparse_tensor(weights("w", 10), numbers("indices", *range(10)), [100, 100])
    )
    path = tmp_path / "sparse.onnx"
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()
    )
    layer = read_onnx(path).layers[1]
    assert (layer.param_bytes, layer.flops, layer.output_bytes) == (10 * 4 + 10 * 8, 20_000, 400)


def test_old_models_list_initializers_as_inputs(tmp_path: Path) -> None:
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], name="fc")]
    inputs = [*image(1, 6), value("w", [6, 2])]
    model = read_onnx(saved(tmp_path, nodes, inputs, ["y"], [weights("w", 6, 2)], opset=7))
    assert [(layer.name, layer.param_bytes) for layer in model] == [("x", 0), ("fc", 48)]


@pytest.mark.parametrize(("opset", "shape"), [(7, (1, 6)), (17, (1, 6))])
def test_shape_arithmetic_is_folded(tmp_path: Path, opset: int, shape: tuple[int, ...]) -> None:
    """What exporters write for ``x.view(x.size(0), -1)``: the reshape stays, the arithmetic does not."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="conv"),
        helper.make_node("Shape", ["c"], ["s"]),
        helper.make_node("Gather", ["s", "first"], ["batch"]),
        helper.make_node("Concat", ["batch", "rest"], ["target"], axis=0),
        helper.make_node("Reshape", ["c", "target"], ["flat"], name="reshape"),
        helper.make_node("MatMul", ["flat", "m"], ["y"], name="fc"),
    ]
    tensors = [weights("w", 2, 3, 3, 3), numbers("first", 0), numbers("rest", -1), weights("m", 2 * 36, 7)]
    model = read_onnx(saved(tmp_path, nodes, image("batch", 3, 8, 8), ["y"], tensors, opset=opset))
    assert [layer.name for layer in model] == ["x", "conv", "reshape", "fc"]
    assert model.layers[3].inputs == ("reshape",)
    assert model.layers[3].output_bytes == 28


def test_shape_arithmetic_that_inference_alone_does_not_follow(tmp_path: Path) -> None:
    """Floating point scales of a size, floored and cast back, then a range of that length."""
    half = numpy_helper.from_array(np.array([0.5], np.float32), "half")
    nodes = [
        helper.make_node("Shape", ["x"], ["s"], start=2, end=3),
        helper.make_node("Cast", ["s"], ["sf"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["sf", "half"], ["hf"]),
        helper.make_node("Floor", ["hf"], ["fl"]),
        helper.make_node("Cast", ["fl"], ["h"], to=TensorProto.INT64),
        helper.make_node("Concat", ["one", "rest", "h"], ["target"], axis=0),
        helper.make_node("Reshape", ["x", "target"], ["r"], name="reshape"),
        helper.make_node("Relu", ["r"], ["y"], name="relu"),
    ]
    path = saved(tmp_path, nodes, image(1, 4, 10), ["y"], [half, numbers("one", 1), numbers("rest", -1)])
    model = read_onnx(path)
    assert [layer.name for layer in model] == ["x", "reshape", "relu"]
    assert model.layers[2].output_bytes == 160


def test_attention_with_sizes_computed_on_the_way(tmp_path: Path) -> None:
    """What exporters write for a transformer block: every Reshape reads sizes of the tensor before it."""
    width, heads, steps = 8, 2, 5
    tensors = [numbers("zero", 0), numbers("heads", heads), numbers("each", width // heads), numbers("keep", -1)]
    tensors += [weights(f"w{part}", width, width) for part in "qkv"]
    nodes = [
        helper.make_node("Shape", ["x"], ["s"]),
        helper.make_node("Gather", ["s", "zero"], ["batch"]),
        helper.make_node("Concat", ["batch", "keep", "heads", "each"], ["split"], axis=0),
    ]
    for part in "qkv":
        nodes += [
            helper.make_node("MatMul", ["x", f"w{part}"], [part], name=f"project-{part}"),
            helper.make_node("Reshape", [part, "split"], [f"{part}r"]),
            helper.make_node(
                "Transpose", [f"{part}r"], [f"{part}t"], perm=[0, 2, 3, 1] if part == "k" else [0, 2, 1, 3]
            ),
        ]
    nodes += [
        helper.make_node("MatMul", ["qt", "kt"], ["scores"], name="scores"),
        helper.make_node("Softmax", ["scores"], ["shares"], name="shares"),
        helper.make_node("MatMul", ["shares", "vt"], ["y"], name="mix"),
    ]
    model = read_onnx(saved(tmp_path, nodes, image("batch", "seq", width), ["y"], tensors), {"seq": steps})
    kinds = Counter(layer.kind for layer in model)
    assert kinds == Counter(
        {"input": 1, "fully-connected": 3, "reshape": 3, "transpose": 3, "matrix-product": 2, "softmax": 1}
    )
    products = 3 * 2 * steps * width * width + 2 * 2 * steps * steps * width
    assert model.total_flops == products + heads * steps * steps
    assert model.total_param_bytes == 3 * 4 * width * width


def test_a_shape_that_only_the_file_knows_is_believed(tmp_path: Path) -> None:
    nodes = [helper.make_node("Reshape", ["x", "s"], ["r"], name="r"), helper.make_node("Relu", ["r"], ["y"])]
    inputs = [*image(1, 6), value("s", [2], TensorProto.INT64)]
    graph = helper.make_graph(nodes, "g", inputs, [value("y", [2, 3])], value_info=[value("r", [2, 3])])
    path = tmp_path / "m.onnx"
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()
    )
    assert read_onnx(path).layers[-1].output_bytes == 24


def test_nodes_that_no_output_needs_are_left_out(tmp_path: Path) -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"], name="used"), helper.make_node("Exp", ["x"], ["z"], name="unused")]
    model = read_onnx(saved(tmp_path, nodes, image(1, 4), ["y"]))
    assert [layer.name for layer in model] == ["x", "used"]


# --- structure ------------------------------------------------------------------------------------------------------


def test_several_inputs_and_outputs(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Add", ["a", "b"], ["sum"], name="add"),
        helper.make_node("Relu", ["sum"], ["r"], name="relu"),
        helper.make_node("Sigmoid", ["r"], ["s"], name="sigmoid"),
    ]
    model = read_onnx(saved(tmp_path, nodes, [value("a", [1, 4]), value("b", [1, 4])], ["s", "r"]))
    assert [layer.kind for layer in model] == ["input", "input", "add", "relu", "sigmoid"]
    assert model.layers[2].inputs == ("a", "b")
    assert model.outputs == ("sigmoid", "relu")


def test_only_outputs_that_somebody_reads_have_bytes(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Split", ["x", "parts"], ["a", "b", "c"], name="split", axis=1),
        helper.make_node("Relu", ["a"], ["ra"], name="ra"),
        helper.make_node("Concat", ["ra", "c"], ["y"], name="join", axis=1),
    ]
    model = read_onnx(saved(tmp_path, nodes, image(1, 6), ["y"], [numbers("parts", 1, 2, 3)]))
    assert model.layers[1].output_bytes == 4 * (1 + 3)
    assert model.layers[3].inputs == ("ra", "split")


def test_names_are_unique_and_hold_no_blanks(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["first out"]),
        helper.make_node("Relu", ["first out"], ["b"], name="same"),
        helper.make_node("Relu", ["b"], ["c"], name="same"),
        helper.make_node("Relu", ["c"], ["y"], name="x"),
    ]
    model = read_onnx(saved(tmp_path, nodes, image(1, 4), ["y"]))
    assert [layer.name for layer in model] == ["x", "first_out", "same", "same-2", "x-2"]


def test_nodes_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    nodes = [helper.make_node("Exp", ["a"], ["y"], name="two"), helper.make_node("Relu", ["x"], ["a"], name="one")]
    model = read_onnx(saved(tmp_path, nodes, image(1, 4), ["y"]))
    assert [layer.name for layer in model] == ["x", "one", "two"]


def test_own_functions_are_unfolded(tmp_path: Path) -> None:
    body = [helper.make_node("Relu", ["i"], ["m"]), helper.make_node("Exp", ["m"], ["o"])]
    function = helper.make_function("own", "Block", ["i"], ["o"], body, [helper.make_opsetid("", 17)])
    nodes = [helper.make_node("Block", ["x"], ["y"], domain="own", name="block")]
    model = read_onnx(saved(tmp_path, nodes, image(1, 4), ["y"], functions=[function]))
    assert [layer.kind for layer in model] == ["input", "relu", "exp"]


FLOPS = {
    "depthwise": (
        helper.make_node("Conv", ["x", "w"], ["y"], group=4, pads=[1, 1, 1, 1]),
        (1, 4, 8, 8), [weights("w", 4, 1, 3, 3)], 2 * 256 * 9,
    ),
    "dilated": (
        helper.make_node("Conv", ["x", "w"], ["y"], dilations=[2, 2]),
        (1, 4, 8, 8), [weights("w", 6, 4, 3, 3)], 2 * (6 * 16) * 4 * 9,
    ),
    "transposed": (
        helper.make_node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2]),
        (1, 4, 8, 8), [weights("w", 4, 6, 3, 3)], 2 * 256 * 6 * 9,
    ),
    "gemm transposed": (
        helper.make_node("Gemm", ["x", "w"], ["y"], transA=1, transB=1), (5, 3), [weights("w", 7, 5)], 2 * 5 * 7 * 3,
    ),
    "lstm": (
        helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=5, direction="bidirectional"),
        (7, 2, 3), [weights("w", 2, 20, 3), weights("r", 2, 20, 5)], 2 * 7 * 2 * 2 * 4 * 5 * (3 + 5),
    ),
    "gru": (
        helper.make_node("GRU", ["x", "w", "r"], ["y"], hidden_size=5),
        (7, 2, 3), [weights("w", 1, 15, 3), weights("r", 1, 15, 5)], 2 * 7 * 2 * 3 * 5 * 8,
    ),
    "max pooling": (
        helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2]), (1, 4, 8, 8), [], 64,
    ),
    "global pooling": (helper.make_node("GlobalAveragePool", ["x"], ["y"]), (1, 4, 8, 8), [], 4),
    "mean": (helper.make_node("ReduceMean", ["x"], ["y"], axes=[1]), (1, 4, 8, 8), [], 256),
    "softmax": (helper.make_node("Softmax", ["x"], ["y"]), (1, 10), [], 10),
    "transpose": (helper.make_node("Transpose", ["x"], ["y"]), (1, 10), [], 0),
    "einsum": (
        helper.make_node("Einsum", ["x", "w"], ["y"], equation="bij,jk->bik"),
        (2, 3, 4), [weights("w", 4, 5)], 2 * 2 * 3 * 5 * 4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOPS)
def test_flops_of_an_operator(name: str, tmp_path: Path) -> None:
    node, shape, tensors, expected = FLOPS[name]
    model = read_onnx(saved(tmp_path, [node], image(*shape), ["y"], tensors))
    assert model.layers[-1].flops == expected


def test_kinds_are_lower_case_words(tmp_path: Path) -> None:
    kinds = ["LeakyRelu", "HardSigmoid", "Identity", "LogSoftmax", "Softplus", "Erf"]
    nodes = [helper.make_node(kind, [f"t{i}" if i else "x"], [f"t{i + 1}"]) for i, kind in enumerate(kinds)]
    model = read_onnx(saved(tmp_path, nodes, image(1, 4), [f"t{len(kinds)}"]))
    assert [layer.kind for layer in model][1:] == [
        "leaky-relu", "hard-sigmoid", "identity", "log-softmax", "softplus", "erf",
    ]  # fmt: skip


# --- sizes ----------------------------------------------------------------------------------------------------------


def relu(tmp_path: Path, *shape: int | str | None) -> Path:
    return saved(tmp_path, [helper.make_node("Relu", ["x"], ["y"])], image(*shape), ["y"])


@pytest.mark.parametrize("batch", ["N", "batch_size", "anything", None, -1])
def test_a_dynamic_batch_is_one(tmp_path: Path, batch: int | str | None) -> None:
    assert read_onnx(relu(tmp_path, batch, 3)).layers[1].output_bytes == 12


def test_a_batch_can_be_given(tmp_path: Path) -> None:
    assert read_onnx(relu(tmp_path, "N", 3), {"N": 8}).layers[1].output_bytes == 96


def test_other_symbolic_sizes_are_asked_for_by_name(tmp_path: Path) -> None:
    path = relu(tmp_path, "N", 3, "H", "W")
    text = refusal(path)
    assert "'H', 'W'" in text
    assert "--dimension H=" in text
    assert '"dimensions"' in text
    assert read_onnx(path, {"H": 2, "W": 5}).layers[1].output_bytes == 120
    assert "'W'" in refusal(path, H=2)


def test_a_sequence_on_the_first_axis_is_no_batch(tmp_path: Path) -> None:
    assert "'seq_len'" in refusal(relu(tmp_path, "seq_len", "batch", 3))


def test_a_size_without_a_name_goes_by_its_input_and_axis(tmp_path: Path) -> None:
    path = relu(tmp_path, None, None)
    assert "--dimension x.1=" in refusal(path)
    assert read_onnx(path, {"x.1": 4}).layers[1].output_bytes == 16


def test_an_unknown_dimension_is_refused(tmp_path: Path) -> None:
    assert "did you mean 'height'" in refusal(relu(tmp_path, 1, "height"), heigth=3)
    assert "all sizes of this model are fixed" in refusal(relu(tmp_path, 1, 2), height=3)


@pytest.mark.parametrize("size", [0, -3, True, 2.5])
def test_a_given_size_must_be_a_whole_number(tmp_path: Path, size: int) -> None:
    assert "whole number above 0" in refusal(relu(tmp_path, 1, "H"), H=size)


def test_stale_symbols_inside_the_file_do_no_harm(tmp_path: Path) -> None:
    """Exporters write symbolic shapes for inner tensors and outputs; the inputs decide."""
    nodes = [helper.make_node("Relu", ["x"], ["a"]), helper.make_node("Relu", ["a"], ["y"])]
    graph = helper.make_graph(nodes, "g", image("N", 4), [value("y", ["other", 4])], value_info=[value("a", ["N", 4])])
    path = tmp_path / "m.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString())
    assert read_onnx(path).layers[2].output_bytes == 16


# --- external data --------------------------------------------------------------------------------------------------


def external(folder: Path, location: str, *, size: int = 6 * 2 * 4, length: str | None = None) -> Path:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[6, 2], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value=location)
    if length is not None:
        tensor.external_data.add(key="length", value=length)
    (folder / "weights.bin").write_bytes(b"\0" * size)
    return saved(folder, [helper.make_node("MatMul", ["x", "w"], ["y"])], image(1, 6), ["y"], [tensor])


def test_external_weights_count_and_are_not_read(tmp_path: Path) -> None:
    path = external(tmp_path, "weights.bin")
    (tmp_path / "weights.bin").chmod(0)
    assert read_onnx(path).layers[1].param_bytes == 48


@pytest.mark.parametrize(
    ("location", "word"),
    [
        ("missing.bin", "is missing"),
        ("/etc/passwd", "absolute"),
        ("C:\\weights.bin", "absolute"),
        ("../weights.bin", "leads out"),
        ("sub\\..\\..\\weights.bin", "leads out"),
        ("", "names no file"),
        (".", "is missing"),
    ],
)
def test_external_weights_stay_in_the_folder(tmp_path: Path, location: str, word: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "weights.bin").write_bytes(b"\0" * 100)
    text = refusal(external(folder, location))
    assert "tensor 'w'" in text
    assert word in text


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_a_link_may_not_lead_external_weights_out(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(b"\0" * 100)
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    (folder / "loop.bin").symlink_to(folder / "loop.bin")
    assert "leads out" in refusal(external(folder, "link.bin"))
    assert "loop.bin" in refusal(external(folder, "loop.bin"))


@pytest.mark.parametrize("length", ["100", "-1", "12", "many"])
def test_external_weights_must_be_whole(tmp_path: Path, length: str) -> None:
    assert "tensor 'w'" in refusal(external(tmp_path, "weights.bin", length=length))


# --- what cannot be planned -----------------------------------------------------------------------------------------


def test_subgraphs_are_named(tmp_path: Path) -> None:
    branch = helper.make_graph([helper.make_node("Relu", ["x"], ["r"])], "b", [], [onnx.ValueInfoProto(name="r")])
    nodes = [helper.make_node("If", ["c"], ["y"], name="choice", then_branch=branch, else_branch=branch)]
    inputs = [*image(1, 2), value("c", [1], TensorProto.BOOL)]
    text = refusal(saved(tmp_path, nodes, inputs, ["y"]))
    assert "node 'choice'" in text
    assert "an If with a subgraph" in text


def test_custom_operators_are_named_all(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("FusedConv", ["x"], ["a"], domain="com.vendor", name="first"),
        helper.make_node("Magic", ["a"], ["y"], name="second"),
    ]
    text = refusal(saved(tmp_path, nodes, image(1, 2), ["y"]))
    assert "com.vendor.FusedConv, Magic" in text
    assert "node 'first'" in text


def test_an_unknown_opset_is_named(tmp_path: Path) -> None:
    assert "opset 999" in refusal(saved(tmp_path, [helper.make_node("Relu", ["x"], ["y"])], image(1), ["y"], opset=999))


def test_a_shape_that_cannot_be_inferred_names_layer_and_operator(tmp_path: Path) -> None:
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], name="conv7")]
    text = refusal(saved(tmp_path, nodes, image(1, 3, 8), ["y"], [weights("w", 2, 3, 3, 3)]))
    assert "layer 'conv7' (Conv)" in text


def test_a_size_that_depends_on_data_is_said_so(tmp_path: Path) -> None:
    nodes = [helper.make_node("NonZero", ["x"], ["i"], name="find"), helper.make_node("Neg", ["i"], ["y"])]
    text = refusal(saved(tmp_path, nodes, image(1, 3), ["y"]))
    assert "layer 'find' (NonZero)" in text
    assert "depends on the data" in text


def test_a_reshape_to_an_input_is_refused(tmp_path: Path) -> None:
    nodes = [helper.make_node("Reshape", ["x", "s"], ["y"], name="r")]
    text = refusal(saved(tmp_path, nodes, [*image(1, 4), value("s", [2], TensorProto.INT64)], ["y"]))
    assert "layer 'r' (Reshape)" in text


BAD_GRAPHS = {
    "cycle": ([("Add", "x b", "a"), ("Relu", "a", "b")], (1, 4), "b -> a -> b"),
    "self": ([("Relu", "a", "a")], (1, 4), "circle"),
    "made twice": ([("Relu", "x", "a"), ("Exp", "x", "a")], (1, 4), "made twice"),
    "made from nothing": ([("Relu", "nowhere", "a")], (1, 4), "'nowhere'"),
    "over an input": ([("Relu", "x", "x")], (1, 4), "made twice"),
    "zero size": ([("Relu", "x", "a")], (1, 0), "input 'x'"),
    "negative size": ([("Relu", "x", "a")], (1, -7), "x.1"),
    "huge size": ([("Relu", "x", "a")], (1, 2**40, 2**40), "too large"),
    "no inputs of its own": ([("Add", "x", "a")], (1, 4), "must be 2, not 1"),
    "constant output": ([("Shape", "x", "a")], (1, 4), "nothing to run"),
}


@pytest.mark.parametrize("name", BAD_GRAPHS)
def test_a_bad_graph_is_one_clear_sentence(name: str, tmp_path: Path) -> None:
    parts, shape, word = BAD_GRAPHS[name]
    nodes = [helper.make_node(kind, reads.split(), [makes]) for kind, reads, makes in parts]
    assert word in refusal(saved(tmp_path, nodes, image(*shape), [parts[-1][2]]))


def test_a_window_larger_than_its_input_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("MaxPool", ["x"], ["y"], name="pool", kernel_shape=[5, 5])
    assert "layer 'pool' (MaxPool)" in refusal(saved(tmp_path, [node], image(1, 2, 4, 4), ["y"]))


@pytest.mark.parametrize("axis", [2**63 - 1, -(2**63), 2**31])
def test_an_axis_beyond_all_axes_is_refused(tmp_path: Path, axis: int) -> None:
    """The onnx package writes out of bounds on these."""
    node = helper.make_node("LayerNormalization", ["x", "w"], ["y", "m", "d"], axis=axis)
    assert "no axis" in refusal(saved(tmp_path, [node], image(1, 4), ["y"], [weights("w", 4)]))


def test_a_split_into_more_than_it_has_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("Split", ["x"], ["y", "z"], num_outputs=2**31 - 1)
    assert "2147483647 outputs" in refusal(saved(tmp_path, [node], image(4, 4), ["y"], opset=18))


def test_a_left_out_input_that_is_needed_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("Add", ["x", ""], ["y"], name="add")
    assert "layer 'add' (Add): an input that it needs" in refusal(saved(tmp_path, [node], image(1, 4), ["y"]))


def test_missing_ends_are_named(tmp_path: Path) -> None:
    node = helper.make_node("Relu", ["x"], ["y"])
    assert "no outputs" in refusal(saved(tmp_path, [node], image(1), []))
    assert "no inputs" in refusal(
        saved(tmp_path, [helper.make_node("Relu", ["w"], ["y"])], [], ["y"], [weights("w", 1)])
    )
    assert "two inputs" in refusal(saved(tmp_path, [node], [*image(1), *image(1)], ["y"]))
    assert "has no shape" in refusal(saved(tmp_path, [node], [value("x")], ["y"]))
    assert "no tensor" in refusal(saved(tmp_path, [node], [onnx.ValueInfoProto(name="x")], ["y"]))


def test_functions_that_call_one_another_are_refused(tmp_path: Path) -> None:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]

    def function(name: str, calls: list[str]) -> onnx.FunctionProto:
        steps = [helper.make_node(call, [f"t{i}"], [f"t{i + 1}"], domain="own") for i, call in enumerate(calls)]
        return helper.make_function("own", name, ["t0"], [f"t{len(calls)}"], steps, opsets)

    nodes = [helper.make_node("F0", ["x"], ["y"], domain="own")]
    circle = [function("F0", ["F1"]), function("F1", ["F0"])]
    assert "circle" in refusal(saved(tmp_path, nodes, image(1), ["y"], functions=circle))
    bomb = [function(f"F{i}", [f"F{i + 1}"] * 10) for i in range(12)]
    leaf = helper.make_function("own", "F12", ["i"], ["o"], [helper.make_node("Relu", ["i"], ["o"])], opsets)
    assert "unfold to more" in refusal(saved(tmp_path, nodes, image(1), ["y"], functions=[*bomb, leaf]))


# --- files that are no models ---------------------------------------------------------------------------------------

ALEXNET = (LIGHT / "light_bvlc_alexnet.onnx").read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"this is a text, not a model\n" * 100,
        b"PK\x03\x04" + bytes(range(256)) * 20,
        ALEXNET[: len(ALEXNET) // 2],
        ALEXNET[:-1],
        b"\x08\x07",
        b"\x3a" + b"\xff" * 9 + b"\x7f",
        b"{" * 100_000,
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    assert "not an ONNX model" in (text := refusal(path)) or "empty" in text


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing.onnx")
    assert "is a folder" in refusal(tmp_path)


def test_deeply_nested_graphs_are_refused(tmp_path: Path) -> None:
    """100,000 graphs in one another: lengths written from the inside out."""

    def varint(number: int) -> bytes:
        found = bytearray()
        while number > 0x7F:
            found.append(number & 0x7F | 0x80)
            number >>= 7
        return bytes([*found, number])

    heads: list[bytes] = []
    length = 0
    for level in range(100_000):
        for tag in (0x0A, 0x2A, 0x32) if level < 99_999 else (0x3A,):
            head = bytes([tag]) + varint(length)
            heads.append(head)
            length += len(head)
    path = tmp_path / "deep.onnx"
    path.write_bytes(b"".join(reversed(heads)))
    assert refusal(path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_models_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever bytes change, there is a model or one sentence."""
    content = bytearray(ALEXNET)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        content[start : start + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path = tmp_path / "model.onnx"
    path.write_bytes(bytes(content))
    try:
        model = read_onnx(path)
    except InputError as error:
        assert str(error).startswith("model.onnx: ")  # noqa: PT017
    else:
        assert Counter(layer.kind for layer in model)["input"] >= 0
        assert all(layer.flops >= 0 and layer.param_bytes >= 0 and layer.output_bytes >= 0 for layer in model)
