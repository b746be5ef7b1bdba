"""run.py: what a fresh machine lacks is installed, or named in one sentence."""

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def set_up(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module run.py, at work in an empty folder."""
    specification = importlib.util.spec_from_file_location("set_up_under_test", checkout / "run.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "LOCK", tmp_path / "requirements.txt")
    monkeypatch.setattr(module, "TEST_LOCK", tmp_path / "requirements-test.txt")
    for name in ("requirements.txt", "requirements-test.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".venv").mkdir()
    return module


@pytest.fixture
def commands(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been run."""
    ran: list[list[str]] = []

    def remember(command: Sequence[str | Path], trouble: str, variables: object = None) -> None:
        ran.append([str(part) for part in command])

    monkeypatch.setattr(set_up, "run", remember)
    return ran


@pytest.mark.parametrize("arguments", [["tset"], ["test", "more"], ["-x"]])
def test_a_misspelt_command_gets_the_two_there_are(
    set_up: ModuleType, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up.main(arguments) == 2
    assert "python3 run.py test" in capsys.readouterr().err


def test_help_is_no_error(set_up: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert set_up.main(["--help"]) == 0
    assert "python3 run.py test" in capsys.readouterr().out


def test_an_old_python_is_told_so_in_one_line(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up.sys, "version_info", (3, 9, 2))
    assert set_up.main([]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("run.py: this is Python 3.")
    assert "Python 3.11 or newer is needed" in line


def test_root_with_apt_gets_what_is_missing_and_nothing_else(
    set_up: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up, "is_root", lambda: True)
    monkeypatch.setattr(set_up.shutil, "which", lambda name: f"/usr/bin/{name}")
    set_up.install_system_packages({})
    assert commands == []
    set_up.install_system_packages({"libEGL.so.1": "libegl1", "Xvfb": "xvfb"})
    assert commands[0][:2] == ["apt-get", "update"]
    assert commands[1][:2] == ["apt-get", "install"]
    assert commands[1][-2:] == ["libegl1", "xvfb"]


@pytest.mark.parametrize(
    ("apt", "sentence"),
    [
        ("/usr/bin/apt-get", "the system lacks libEGL.so.1; run 'sudo apt-get install libegl1' first"),
        (None, "the system lacks libEGL.so.1; install what brings them with the system's package manager"),
    ],
)
def test_others_are_told_what_to_install(
    set_up: ModuleType,
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    apt: str | None,
    sentence: str,
) -> None:
    monkeypatch.setattr(set_up, "is_root", lambda: False)
    monkeypatch.setattr(set_up.shutil, "which", lambda name: apt)
    with pytest.raises(set_up.CannotGoOnError, match=sentence):
        set_up.install_system_packages({"libEGL.so.1": "libegl1"})
    assert commands == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bring what Qt needs")
def test_a_library_is_missing_where_it_cannot_be_loaded(set_up: ModuleType) -> None:
    asked = {"libc.so.6": "libc6", "libnobody-has-this.so.9": "libnobody9"}
    assert set_up.missing_libraries(asked) == {"libnobody-has-this.so.9": "libnobody9"}


def test_python_without_ensurepip_gets_its_package(
    set_up: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(set_up, "PYTHON", set_up.VENV / "no-python-here")
    monkeypatch.setattr(set_up, "has_ensurepip", lambda: False)
    monkeypatch.setattr(set_up, "install_system_packages", lambda missing: asked.extend(missing.values()))
    set_up.make_environment()
    assert asked == [f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"]
    assert commands == [[sys.executable, "-m", "venv", "--clear", str(set_up.VENV)]]


def test_an_environment_that_works_is_kept(
    set_up: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up, "PYTHON", Path(sys.executable))
    set_up.make_environment()
    assert commands == []


def test_requirements_are_installed_again_only_when_something_changed(
    set_up: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(set_up, "make_environment", lambda: None)
    set_up.install_requirements(set_up.LOCK)
    locked, own = commands
    assert "--require-hashes" in locked
    assert str(set_up.LOCK) in locked
    assert {"--no-deps", "--no-build-isolation", "--editable"} <= set(own)
    set_up.install_requirements(set_up.LOCK)
    assert len(commands) == 2
    set_up.install_requirements(set_up.TEST_LOCK)
    assert len(commands) == 4
    for changed in ("requirements.txt", "pyproject.toml"):
        (tmp_path / changed).write_text("something else")
        before = len(commands)
        set_up.install_requirements(set_up.LOCK)
        set_up.install_requirements(set_up.LOCK)
        assert len(commands) == before + 2


def test_a_failed_installation_is_tried_again(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "make_environment", lambda: None)
    monkeypatch.setattr(set_up.subprocess, "call", lambda *args, **options: 1)
    with pytest.raises(set_up.CannotGoOnError, match="pip could not install the requirements"):
        set_up.install_requirements(set_up.LOCK)
    assert not set_up.has_stamp(set_up.LOCK)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_a_display_is_looked_for(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    assert not set_up.has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert set_up.has_display()
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "")
    assert not set_up.has_display()


def test_the_closing_line_counts_all_tests(set_up: ModuleType, tmp_path: Path) -> None:
    suite = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'
    (tmp_path / "unit.xml").write_text(suite.format(10, 1, 1, 2))
    (tmp_path / "gui.xml").write_text(suite.format(5, 0, 0, 0))
    assert set_up.count_tests(tmp_path.glob("*.xml")) == (11, 2, 2)


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_ci_runs_what_people_run(checkout: Path) -> None:
    script = checkout / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().rstrip().endswith("python3 run.py test")
