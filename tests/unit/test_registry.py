"""Methods are found by their entry points; what is wrong with one is said, and spoils no other."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from pydantic import Field

from dnnmig_gui.core import registry
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import Method, Parameters, all_methods, broken_methods, find_method, method_names


class Steps(Parameters):
    steps: int = Field(10, ge=1, le=100, title="Steps")
    share: float = Field(0.5, gt=0, lt=1, title="Share")


GOOD = Method("offloading", "good", "Good", "Does well.", "Nobody", lambda problem, parameters, run: None, Steps)
NO_METHOD = "not a method"


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, registry.GROUP)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """The entry points that packages provide, to be filled by the test."""
    found: list[EntryPoint] = []

    def entry_points(group: str) -> EntryPoints:
        return EntryPoints(found).select(group=group)

    def forget() -> None:
        registry._entry_points.cache_clear()
        registry.find_method.cache_clear()

    monkeypatch.setattr(registry, "entry_points", entry_points)
    monkeypatch.setitem(sys.modules, "somebodys_methods", sys.modules[__name__])
    forget()
    yield found
    forget()


def test_a_method_is_found_by_its_entry_point(installed: list[EntryPoint]) -> None:
    installed += [entry("offloading.good", "somebodys_methods:GOOD"), entry("uploading.other", "elsewhere:OTHER")]
    assert method_names("offloading") == ("good",)
    assert find_method("offloading", "good") is GOOD
    assert all_methods("offloading") == (GOOD,)
    assert broken_methods("offloading") == ()


def test_a_misspelt_name_gets_the_nearest(installed: list[EntryPoint]) -> None:
    installed.append(entry("offloading.good", "somebodys_methods:GOOD"))
    with pytest.raises(InputError, match="no offloading method 'goood'; did you mean 'good'\\?"):
        find_method("offloading", "goood")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "offloading.gone",
            "no_such_module_of_anyone:METHOD",
            "cannot be loaded from 'no_such_module_of_anyone:METHOD'",
        ),
        ("offloading.gone", "somebodys_methods:MISSING", "cannot be loaded"),
        ("offloading.gone", "somebodys_methods:NO_METHOD", "is not a Method"),
        ("offloading.gone", "somebodys_methods:GOOD", "leads to the method offloading.good"),
    ],
)
def test_a_broken_method_is_named_and_spoils_no_other(
    installed: list[EntryPoint], name: str, value: str, message: str
) -> None:
    installed += [entry("offloading.good", "somebodys_methods:GOOD"), entry(name, value)]
    with pytest.raises(InputError, match=message):
        find_method("offloading", "gone")
    assert all_methods("offloading") == (GOOD,)
    (error,) = broken_methods("offloading")
    assert message in str(error)


def test_a_module_that_fails_while_it_is_imported_is_a_clear_error(
    installed: list[EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fails_on_import.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    installed.append(entry("uploading.fails", "fails_on_import:METHOD"))
    with pytest.raises(InputError, match=r"ZeroDivisionError: division by zero.*reinstall"):
        find_method("uploading", "fails")


def test_two_packages_that_claim_one_name_are_both_named(installed: list[EntryPoint]) -> None:
    installed += [entry("offloading.good", "somebodys_methods:GOOD"), entry("offloading.good", "rival:GOOD")]
    assert method_names("offloading") == ("good",)
    with pytest.raises(InputError, match="twice, by rival:GOOD and by somebodys_methods:GOOD; uninstall one"):
        find_method("offloading", "good")


def test_parameters_have_defaults_and_ranges() -> None:
    assert GOOD.read_parameters({}) == Steps(steps=10, share=0.5)
    assert GOOD.read_parameters({"steps": 3}) == Steps(steps=3)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"steps": 0}, "parameters.steps: must be at least 1, not 0"),
        ({"steps": 101}, "parameters.steps: must be at most 100, not 101"),
        ({"steps": 2.5}, "parameters.steps: must be a whole number, not 2.5"),
        ({"steps": "3"}, "parameters.steps: must be a whole number, not '3'"),
        ({"steps": True}, "parameters.steps: must be a whole number, not True"),
        ({"share": 1}, "parameters.share: must be less than 1, not 1"),
        ({"share": float("nan")}, "parameters.share: must be a finite number, not nan"),
        ({"share": None}, "parameters.share: must be a number, not None"),
        ({"stepps": 3}, "parameters.stepps: unknown key 'stepps'; did you mean 'steps'?"),
    ],
)
def test_parameters_out_of_range_name_the_field(values: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        GOOD.read_parameters(values)
    assert str(caught.value) == message


def test_a_package_of_ones_own_adds_a_method(checkout: Path, tmp_path: Path) -> None:
    """docs/own-method.md, word for word: the example package is built, installed aside, found and used."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    package = checkout / "tests" / "data" / "own_method_package"
    subprocess.run([*install, "--target", tmp_path, package], check=True, timeout=120, capture_output=True, text=True)
    scenario = checkout / "scenarios" / "paper-alexnet.dnnmig"
    code = f"""
import sys
sys.path.append({str(tmp_path)!r})
from pathlib import Path
from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
method = find_method("offloading", "random-servers")
opened = open_scenario({str(scenario)!r})
plan = plan_scenario(opened.scenario, opened.path.parent, offloading=MethodChoice(method="random-servers"))
print(method.title, plan.offloading_method, plan.feasible, plan.offloading.objective)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Random servers random-servers True ")


def test_a_method_s_own_parameters_come_before_shared_ones() -> None:
    class Shared(Parameters):
        budget: int = 1

    class Own(Shared):
        swarm: int = 2

    assert list(Own.model_fields) == ["swarm", "budget"]
    assert list(Own.model_json_schema()["properties"]) == ["swarm", "budget"]
    assert Own(budget=5, swarm=6).model_dump() == {"swarm": 6, "budget": 5}
