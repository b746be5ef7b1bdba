"""Merged models keep their work, their parameters, their tensors, and the optimum that matters."""

from __future__ import annotations

from hypothesis import given, settings
from random_scenarios import models

from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.core.preprocessing import Preprocessed
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run


def merge(model: DnnModel, which: str) -> Preprocessed:
    method = find_method("preprocessing", "merge-layers")
    result = method.solve(model, method.read_parameters({"which": which}), Run())
    assert isinstance(result, Preprocessed)
    return result


@settings(deadline=None, max_examples=100)
@given(models(most_layers=12))
def test_merging_loses_nothing(model: DnnModel) -> None:
    for which in ("without-parameters", "all"):
        result = merge(model, which)
        assert result.model.total_flops == model.total_flops
        assert result.model.total_param_bytes == model.total_param_bytes
        assert sorted(position for group in result.groups for position in group) == list(range(len(model)))
        old_results = [model.layers[model.index[name]].output_bytes for name in model.outputs]
        new_results = [result.model.layers[result.model.index[name]].output_bytes for name in result.model.outputs]
        assert new_results == old_results


def test_alexnet_keeps_one_layer_for_each_with_parameters() -> None:
    result = merge(zoo_model("alexnet"), "without-parameters")
    names = [layer.name for layer in result.model]
    assert [name for name in names if name.startswith(("conv", "fc"))] == names[1:]
    assert len(names) == 9
    assert len(merge(zoo_model("alexnet"), "all").model) == 2


def test_a_tensor_read_twice_is_kept() -> None:
    model = DnnModel(
        "fork",
        (
            Layer("input", "input", (), 0, 0, 4),
            Layer("stem", "convolution", ("input",), 5, 8, 16),
            Layer("left", "relu", ("stem",), 1, 0, 16),
            Layer("right", "relu", ("stem",), 1, 0, 16),
            Layer("join", "add", ("left", "right"), 1, 0, 16),
        ),
    )
    assert len(merge(model, "all").model) == len(model)
