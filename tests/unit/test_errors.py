"""An error is one line: where, what, and the way out."""

import pytest

from dnnmig_gui.core.errors import CancelledError, InfeasibleError, InputError, PlannerError, unknown_name


def test_an_error_says_where_what_and_the_way_out() -> None:
    error = InputError("must be positive", source="a.dnnmig", field="servers[0]", hint="use 1")
    assert str(error) == "a.dnnmig: servers[0]: must be positive; use 1"
    assert str(InputError("is empty")) == "is empty"


def test_an_error_is_one_line_whatever_a_library_put_into_it() -> None:
    assert str(InputError("first\n  second\tthird")) == "first second third"


def test_the_innermost_file_is_the_one_that_is_named() -> None:
    error = InputError("is empty", field="row 3")
    assert str(error.within("times.csv").within("paper.dnnmig")) == "times.csv: row 3: is empty"


@pytest.mark.parametrize(("kind", "code"), [(InputError, 2), (InfeasibleError, 1), (PlannerError, 2)])
def test_exit_codes(kind: type[PlannerError], code: int) -> None:
    assert kind("no").exit_code == code
    assert CancelledError().exit_code == 130


def test_an_unknown_name_gets_the_nearest_or_all_there_are() -> None:
    assert unknown_name("model", "alexnt", ["vgg", "alexnet"]) == ("no model 'alexnt'", "did you mean 'alexnet'?")
    assert unknown_name("tier", "fog", ["edge", "cloud"]) == ("no tier 'fog'", "there is 'cloud', 'edge'")
    assert unknown_name("tier", "fog", []) == ("no tier 'fog'", None)
    assert unknown_name("server", "zzz", [f"s{n}" for n in range(100)]) == ("no server 'zzz'", None)
