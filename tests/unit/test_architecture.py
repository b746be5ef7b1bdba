"""The floors of the house: the core without a window, and no floor that knows one above it."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HEADLESS_IMPORT = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
import dnnmig_gui.core, dnnmig_gui.cli
names = [module.name for module in pkgutil.walk_packages(dnnmig_gui.core.__path__, "dnnmig_gui.core.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""

LATE = ("scipy", "onnx", "onnxruntime", "matplotlib", "networkx", "jinja2", "sklearn", "PIL", "defusedxml")


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120)


def test_the_whole_core_imports_without_qt() -> None:
    done = python(HEADLESS_IMPORT)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40


def test_the_import_contracts_hold(checkout: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        capture_output=True,
        text=True,
        cwd=checkout,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_opening_a_scenario_loads_no_heavy_library(scenarios: Path) -> None:
    file = scenarios / "paper-alexnet.dnnmig"
    done = python(
        "import sys\n"
        "from dnnmig_gui.core.scenario import open_scenario\n"
        f"open_scenario({str(file)!r})\n"
        f"print([name for name in {LATE!r} if name in sys.modules])"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
def test_a_lock_pins_each_package_with_hashes_and_names_no_place(checkout: Path, lock: str) -> None:
    text = (checkout / lock).read_text()
    entries = text.replace("\\\n", " ").splitlines()
    assert len(entries) > 30
    for entry in entries:
        assert "==" in entry, entry
        assert entry.count("--hash=sha256:") >= 1, entry
    for word in ("://", "index-url", "find-links", "file:", "@"):
        assert word not in text


def pins(lock: Path) -> dict[str, str]:
    lines = [line for line in lock.read_text().splitlines() if "==" in line]
    return {line.partition("==")[0]: line.partition("==")[2].split()[0] for line in lines}


def test_the_checks_run_on_what_users_get(checkout: Path) -> None:
    runtime, test = pins(checkout / "requirements.txt"), pins(checkout / "requirements-test.txt")
    assert runtime.items() <= test.items()


def test_the_lock_has_all_that_the_package_asks_for(checkout: Path) -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((checkout / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    runtime = pins(checkout / "requirements.txt")
    for line in asked:
        requirement = Requirement(line)
        assert runtime[canonicalize_name(requirement.name)] in requirement.specifier
    test = pins(checkout / "requirements-test.txt")
    for line in project["project"]["optional-dependencies"]["test"]:
        requirement = Requirement(line)
        assert test[canonicalize_name(requirement.name)] in requirement.specifier


def test_every_entry_point_of_pyproject_is_installed_and_works(checkout: Path) -> None:
    from dnnmig_gui.core.registry import GROUP, KINDS, broken_methods, find_method, method_names

    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    for full_name, target in project["entry-points"][GROUP].items():
        kind, _, name = full_name.partition(".")
        assert kind in KINDS
        method = find_method(kind, name)
        assert target.partition(":")[0] == method.solve.__module__ or target.startswith("dnnmig_gui.")
        assert method.title
        assert method.summary
        assert name in method_names(kind)
    assert [str(error) for kind in KINDS for error in broken_methods(kind)] == []
