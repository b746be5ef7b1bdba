"""Profiles from files: times find their layers, and every mistake is named with its row."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dnnmig_gui.core.dnn.model import DnnModel, Layer
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.profiling.profile_table import read_profile

MODEL = DnnModel(
    "small",
    (
        Layer("input", "input", (), 0, 0, 4),
        Layer("conv1", "convolution", ("input",), 10, 4, 4),
        Layer("relu1", "relu", ("conv1",), 1, 0, 4),
    ),
)


def profile(folder: Path, text: str) -> Path:
    path = folder / "times.csv"
    path.write_text(text)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_profile(path, MODEL)
    text = str(caught.value)
    assert text.startswith(path.name + ": ")
    return text


def test_times_find_their_layers_in_any_order(tmp_path: Path) -> None:
    path = profile(tmp_path, "index,name,client_ms,edge-1_ms\n2,relu1,3,0.5\n1,conv1,20,\n")
    found = read_profile(path, MODEL).seconds
    assert sorted(found) == ["client", "edge-1"]
    assert found["client"][1:].tolist() == [0.02, 0.003]
    assert [math.isnan(value) for value in found["client"]] == [True, False, False]
    assert [math.isnan(value) for value in found["edge-1"]] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is empty"),
        ("index,name,client_ms\n", "no rows"),
        ("index,name\n1,conv1\n", "row 1: has no column of times"),
        ("name,client_ms\nconv1,1\n", "row 1: the column 'index' is missing"),
        ("index,name,client_ms\n1,conv2,1\n", "row 2: no layer 'conv2' in the model 'small'; did you mean 'conv1'?"),
        ("index,name,client_ms\n1,conv1,1\n2,conv1,1\n", "row 3: the layer 'conv1' is already in row 2"),
        ("index,name,client_ms\n1,conv1,1\n1,relu1,1\n", "row 3: the index 1 is already in row 2"),
        ("index,name,client_ms\none,conv1,1\n", "row 2: index"),
        ("index,name,client_ms\n1,conv1,-1\n", "row 2: client_ms must be a number from 0 on"),
        ("index,name,client_ms\n1,conv1,inf\n", "row 2: client_ms"),
        ("index,name,client_ms\n1,conv1\n", "row 2: has 2 cells"),
    ],
)
def test_a_mistake_names_its_row(tmp_path: Path, text: str, word: str) -> None:
    assert word in refusal(profile(tmp_path, text))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing.csv")
    assert "is a folder" in refusal(tmp_path)
