"""Layer tables: what goes out comes in the same, and every mistake is named with its row."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dnnmig_gui.core.dnn.layer_table import read_layer_table, write_layer_table
from dnnmig_gui.core.dnn.model import DnnModel, Layer
from dnnmig_gui.core.dnn.read import read_model
from dnnmig_gui.core.errors import InputError

MEASURED = Path(__file__).parent.parent / "data/alexnet-measured.csv"
HEADER = "name,kind,inputs,flops,param_bytes,output_bytes"
INPUT = "input,input,,0,0,48"


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "model.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_layer_table(path)
    text = str(caught.value)
    assert text.startswith(path.name + ": ")
    assert "\n" not in text
    return text


def test_the_measured_alexnet() -> None:
    found = read_layer_table(MEASURED)
    assert found.model.name == "alexnet-measured"
    assert len(found.model) == 24
    assert found.model.total_param_bytes == 243_860_896
    assert found.model.outputs == ("prob",)
    assert found.milliseconds["client"].sum() == pytest.approx(821.704)
    assert found.milliseconds["server"].shape == (24,)
    assert write_layer_table(found.model, found.milliseconds) == MEASURED.read_text()


def test_times_of_a_model_file_are_seconds() -> None:
    model, seconds = read_model(MEASURED)
    assert len(model) == 24
    assert seconds["client"].sum() == pytest.approx(0.821704)


def test_rows_in_any_order_keep_their_times(tmp_path: Path) -> None:
    rows = ["b,relu,a,1,0,4,3,", "a,convolution,input,2,8,4,2,20", f"{INPUT},0,"]
    found = read_layer_table(table(tmp_path, *rows, header=HEADER + ",client_ms,edge-1_ms"))
    assert [layer.name for layer in found.model] == ["input", "a", "b"]
    assert found.milliseconds["client"].tolist() == [0, 2, 3]
    assert [math.isnan(value) for value in found.milliseconds["edge-1"]] == [True, False, True]


@pytest.mark.parametrize("number", ["1e3", "1000.0", "1000", " 1000 ", "+1000", "1.0E+3"])
def test_whole_numbers_may_be_written_as_spreadsheets_do(tmp_path: Path, number: str) -> None:
    assert read_layer_table(table(tmp_path, INPUT, f"a,relu,input,{number},0,4")).model.layers[1].flops == 1000


def test_large_whole_numbers_stay_exact(tmp_path: Path) -> None:
    assert read_layer_table(table(tmp_path, INPUT, f"a,relu,input,{2**62 + 1},0,4")).model.layers[1].flops == 2**62 + 1


def test_columns_in_any_order_with_a_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "model.csv"
    text = "\ufeffkind,name,inputs,output_bytes,flops,param_bytes\r\ninput,input,,48,0,0\r\n\r\nrelu,a,input,4,1,0\r\n"
    path.write_bytes(text.encode())
    assert read_layer_table(path).model.layers[1] == Layer("a", "relu", ("input",), 1, 0, 4)


MISTAKES = {
    "no input layer": (
        [INPUT.replace("input,input", "a,relu"), "b,relu,a,1,0,4"],
        "row 2: the layer 'a' reads nothing",
    ),
    "unknown input": ([INPUT, "a,relu,inptu,1,0,4"], "row 3: inputs: no layer 'inptu'; did you mean 'input'?"),
    "name twice": ([INPUT, "a,relu,input,1,0,4", "a,relu,input,1,0,4"], "row 4: the name 'a' is already that of row 3"),
    "cycle": ([INPUT, "a,relu,input b,1,0,4", "b,relu,a,1,0,4"], "a -> b -> a"),
    "reads itself": ([INPUT, "a,relu,a,1,0,4"], "a -> a"),
    "empty name": ([INPUT, ",relu,input,1,0,4"], "row 3: name is empty"),
    "blank in a name": ([INPUT, "a b,relu,input,1,0,4"], "row 3: the name 'a b'"),
    "empty kind": ([INPUT, "a,,input,1,0,4"], "row 3: kind is empty"),
    "empty number": ([INPUT, "a,relu,input,,0,4"], "row 3: flops is empty"),
    "negative": ([INPUT, "a,relu,input,-1,0,4"], "row 3: flops must be a number from 0 on, not '-1'"),
    "infinite": ([INPUT, "a,relu,input,1,inf,4"], "row 3: param_bytes"),
    "too large to be finite": ([INPUT, "a,relu,input,1,1e999,4"], "row 3: param_bytes"),
    "not a number": ([INPUT, "a,relu,input,1,0,nan"], "row 3: output_bytes"),
    "a word": ([INPUT, "a,relu,input,many,0,4"], "row 3: flops"),
    "thousands": ([INPUT, "a,relu,input,1_000,0,4"], "row 3: flops"),
    "other digits": ([INPUT, "a,relu,input,\u0663,0,4"], "row 3: flops"),
    "a fraction": ([INPUT, "a,relu,input,1.5,0,4"], "row 3: flops must be a whole number"),
    "too large": ([INPUT, "a,relu,input,1e19,0,4"], "row 3: flops is too large"),
    "endless digits": ([INPUT, f"a,relu,input,{'9' * 5000},0,4"], "row 3: flops"),
    "missing cell": ([INPUT, "a,relu,input,1,0"], "row 3: has 5 cells, the header has 6"),
    "input that computes": (["input,input,,5,0,48"], "row 2: an input"),
    "open quote": ([INPUT, '"a,relu,input,1,0,4'], "row 3"),
    "no rows": ([], "no rows"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_its_row(name: str, tmp_path: Path) -> None:
    rows, word = MISTAKES[name]
    assert word in refusal(table(tmp_path, *rows))


@pytest.mark.parametrize("time", ["-1", "inf", "nan", "fast"])
def test_a_wrong_time_names_its_row(tmp_path: Path, time: str) -> None:
    path = table(tmp_path, INPUT + ",0", f"a,relu,input,1,0,4,{time}", header=HEADER + ",edge-1_ms")
    assert "row 3: edge-1_ms" in refusal(path)


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("name,kind,inputs,flops,param_bytes", "'output_bytes' is missing"),
        (HEADER + ",name", "'name' is there twice"),
        (HEADER + ",client_s", "no column 'client_s'"),
        (HEADER + ",_ms", "no column '_ms'"),
        (HEADER.replace(",", ";"), "commas, not semicolons"),
    ],
)
def test_a_wrong_header_is_named(tmp_path: Path, header: str, word: str) -> None:
    text = refusal(table(tmp_path, INPUT, header=header))
    assert "row 1" in text
    assert word in text


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "is empty"), (b"  \n \n", "is empty"), (b"\xff\xfe\x00\x01", "UTF-8"), (b"a,b\0c", "zero byte")],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "model.csv"
    path.write_bytes(content)
    assert word in refusal(path)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing.csv")
    assert "is a folder" in refusal(tmp_path)


def test_a_long_chain_in_reverse_is_read(tmp_path: Path) -> None:
    rows = [f"l{i},relu,{f'l{i - 1}' if i else 'input'},1,0,4" for i in reversed(range(3000))]
    assert read_layer_table(table(tmp_path, *rows, INPUT)).model.layers[-1].name == "l2999"


@pytest.mark.parametrize("suffix", [".txt", "", ".pt"])
def test_other_suffixes_are_refused(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(InputError, match=r"a model file ends in \.onnx or \.csv"):
        read_model(tmp_path / f"model{suffix}")


def test_a_layer_table_takes_no_dimensions() -> None:
    with pytest.raises(InputError, match="no symbolic dimensions"):
        read_model(MEASURED, {"H": 3})


def test_a_name_with_a_blank_cannot_be_written() -> None:
    model = DnnModel("m", (Layer("an input", "input", (), 0, 0, 4),))
    with pytest.raises(InputError, match="an input"):
        write_layer_table(model)


COUNTS = st.integers(0, 2**62)
NAMES = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=6)


@st.composite
def models(draw: st.DrawFn) -> DnnModel:
    names = draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    layers = [Layer(names[0], "input", (), 0, 0, draw(COUNTS))]
    for position, name in enumerate(names[1:], start=1):
        reads = draw(st.lists(st.sampled_from(names[:position]), min_size=1, max_size=3, unique=True))
        layers.append(
            Layer(name, draw(st.sampled_from(["relu", "concat"])), tuple(reads), *draw(st.tuples(*[COUNTS] * 3)))
        )
    results = draw(st.lists(st.sampled_from(names), unique=True))
    order = [name for name in names if name in results]
    return DnnModel("model", tuple(layers), tuple(order))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=models(), data=st.data())
def test_write_then_read_is_identity(tmp_path: Path, model: DnnModel, data: st.DataObject) -> None:
    time = st.one_of(st.just(math.nan), st.floats(0, 1e12))
    times = np.array(data.draw(st.lists(time, min_size=len(model), max_size=len(model))))
    path = tmp_path / "model.csv"
    path.write_text(write_layer_table(model, {"edge-1": times}), encoding="utf-8", newline="")
    found = read_layer_table(path)
    assert found.model == model
    np.testing.assert_array_equal(found.milliseconds["edge-1"], times)
