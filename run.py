"""Sets everything up and opens the window: ``python3 run.py``. Runs all checks: ``python3 run.py test``.

Needs Python 3.11 and nothing else: the locked requirements go into `.venv` beside this file, and again only when the
lock changes. Where this is root on a system with apt, missing system libraries are installed as well;
elsewhere one sentence says what to install.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
LOCK = HERE / "requirements.txt"
TEST_LOCK = HERE / "requirements-test.txt"  # what LOCK has, and the tools of the checks
SCENARIO = Path("scenarios", "paper-alexnet.dnnmig")
OUTPUT = Path("output")
OLDEST_PYTHON = (3, 11)
USAGE = """usage: python3 run.py         set up, plan the paper's scenario and open it in the window
       python3 run.py test    set up and run all checks"""

# What Qt loads, and the Debian package that brings it.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# What the end-to-end tests drive the real window with.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "import": "imagemagick",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "xwininfo": "x11-utils",
}


class CannotGoOnError(Exception):
    """Something that the user must do first; its text says what."""


def main(arguments: list[str]) -> int:
    """Run one of the two commands and return the exit code."""
    if arguments not in ([], ["test"]):
        asked = arguments in (["-h"], ["--help"])
        print(USAGE, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        require_python()
        return run_checks() if arguments else open_window()
    except CannotGoOnError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("run.py: stopped", file=sys.stderr)
        return 130


def require_python() -> None:
    """Stop where this Python is too old."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise CannotGoOnError(
            f"this is Python {platform.python_version()}; Python {wanted} or newer is needed, "
            f"install it and run 'python{wanted} run.py'"
        )


def open_window() -> int:
    """Set up and open the window; without a display, plan into files instead."""
    install_system_packages({**missing_libraries(LIBRARIES), **missing_libraries(X11_LIBRARIES)})
    install_requirements(LOCK)
    if has_display():
        return subprocess.call([PYTHON, "-m", "dnnmig_gui", SCENARIO, "--plan"], cwd=HERE)
    picture, report = OUTPUT / "paper-alexnet.png", OUTPUT / "paper-alexnet.html"
    (HERE / OUTPUT).mkdir(exist_ok=True)
    say(f"There is no display: planning {SCENARIO} into files instead.")
    run(
        [PYTHON, "-m", "dnnmig_gui", SCENARIO, "--plan", "--screenshot", picture],
        "the window could not be painted",
        {"QT_QPA_PLATFORM": "offscreen"},
    )
    run([script("dnnmig"), "report", SCENARIO, "--output", report], "the report could not be written")
    print(f"report:     {HERE / report}\nscreenshot: {HERE / picture}")
    return 0


def has_display() -> bool:
    """Return whether a window can be shown."""
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def run_checks() -> int:
    """Set up, run every check, say how each ended; 0 if all passed."""
    linux = sys.platform.startswith("linux")
    missing = {**missing_libraries(LIBRARIES), **missing_libraries(X11_LIBRARIES)}
    if linux:
        missing.update((name, package) for name, package in TEST_PROGRAMS.items() if not shutil.which(name))
    install_system_packages(missing)
    install_requirements(TEST_LOCK)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder)

        def pytest(name: str, *options: str) -> tuple[str, Sequence[str | Path]]:
            return name, [PYTHON, "-m", "pytest", *options, f"--junitxml={counts / name}.xml"]

        checks: list[tuple[str, Sequence[str | Path]]] = [
            ("lint", [PYTHON, "-m", "ruff", "check", "."]),
            ("format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
            ("types", [PYTHON, "-m", "mypy"]),
            ("floors", [script("lint-imports"), "--no-logo"]),
            pytest("unit", "tests/unit", "-n", "2", "--benchmark-disable"),
            pytest("gui", "tests/gui", "-n", "2", "--benchmark-disable"),
            # One quick round of each: that they run and keep their promises, not how fast to the last digit.
            pytest("benchmarks", "tests/benchmarks", "--benchmark-min-rounds=1", "--benchmark-max-time=0.1"),
        ]
        if linux:
            checks.insert(-1, pytest("window", "tests/e2e"))
        for name, command in checks:
            say(f"=== {name}: {' '.join(str(part).replace(str(HERE) + os.sep, '') for part in command[1:])}")
            start = time.monotonic()
            ended_well = subprocess.call(command, cwd=HERE) == 0
            results.append((name, ended_well, time.monotonic() - start))
        passed, failed, skipped = count_tests(counts.glob("*.xml"))
    say("=== summary")
    for name, ended_well, seconds in results:
        print(f"{'passed' if ended_well else 'FAILED'}  {name:<12}{seconds:6.1f} s")
    print(f"tests: {passed} passed, {failed} failed, {skipped} skipped")
    return 0 if all(ended_well for _, ended_well, _ in results) else 1


def count_tests(files: Iterable[Path]) -> tuple[int, int, int]:
    """Return how many tests passed, failed and were skipped by pytest's own records."""
    total = failed = skipped = 0
    for file in files:
        for suite in ElementTree.parse(file).getroot().iter("testsuite"):  # noqa: S314 - our own pytest wrote it
            total += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


def missing_libraries(packages: Mapping[str, str]) -> dict[str, str]:
    """Return those of the libraries that this Linux cannot load, with the packages that bring them."""
    if not sys.platform.startswith("linux"):
        return {}
    missing = {}
    for library, package in packages.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing[library] = package
    return missing


def install_system_packages(missing: Mapping[str, str]) -> None:
    """Install Debian packages where that is possible; else stop and name them."""
    if not missing:
        return
    packages = sorted(set(missing.values()))
    if not shutil.which("apt-get"):
        raise CannotGoOnError(
            f"the system lacks {', '.join(sorted(missing))}; install what brings them with the system's package manager"
        )
    if not is_root():
        raise CannotGoOnError(
            f"the system lacks {', '.join(sorted(missing))}; run 'sudo apt-get install {' '.join(packages)}' first"
        )
    say(f"Installing system packages: {' '.join(packages)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *packages]
    trouble = "apt-get could not install them; see its words above"
    run(["apt-get", "update", "--quiet=2"], trouble, quiet)
    run(install, trouble, quiet)


def is_root() -> bool:
    """Return whether this may install system packages."""
    return sys.platform != "win32" and os.geteuid() == 0


def install_requirements(lock: Path) -> None:
    """Bring `.venv` to what `lock` and `pyproject.toml` say; does nothing where it is there already."""
    make_environment()
    if has_stamp(lock):
        return
    say("Installing the locked requirements into .venv (once; Qt alone is some 100 MB) ...")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    trouble = "pip could not install the requirements; see its words above, and check the connection"
    run([*pip, "--require-hashes", "--requirement", lock], trouble)
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", HERE], trouble)
    put_stamp(lock)
    if lock == TEST_LOCK:
        put_stamp(LOCK)


def make_environment() -> None:
    """Create `.venv`, anew where its Python is gone or of another version."""
    version: list[str | Path] = [PYTHON, "-c", "import sys, pip; print(*sys.version_info[:2])"]
    try:
        found = subprocess.run(version, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        found = []
    if found == [str(part) for part in sys.version_info[:2]]:
        return
    if not has_ensurepip():
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        install_system_packages({"Python's ensurepip": package})
    say(f"Creating {VENV}")
    command: list[str | Path] = [sys.executable, "-m", "venv", "--clear", VENV]
    run(command, "no virtual environment could be made; see the words above")


def has_ensurepip() -> bool:
    """Return whether this Python can put pip into a virtual environment; Debian's own may not."""
    return subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0


def stamp_of(lock: Path) -> str:
    """Return what an installation depends on, in one word."""
    digest = hashlib.sha256(str(HERE).encode())
    for file in (lock, HERE / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def has_stamp(lock: Path) -> bool:
    """Return whether what `lock` says has been installed."""
    file = VENV / f"{lock.name}.stamp"
    return file.is_file() and file.read_text() == stamp_of(lock)


def put_stamp(lock: Path) -> None:
    """Remember that what `lock` says has been installed."""
    (VENV / f"{lock.name}.stamp").write_text(stamp_of(lock))


def script(name: str) -> Path:
    """Return the path of a command that an installed package brings."""
    return SCRIPTS / (f"{name}.exe" if os.name == "nt" else name)


def run(command: Sequence[str | Path], trouble: str, variables: Mapping[str, str] | None = None) -> None:
    """Run a command to its end, or stop with `trouble`."""
    if subprocess.call(command, cwd=HERE, env={**os.environ, **(variables or {})}) != 0:
        raise CannotGoOnError(trouble)


def say(line: str) -> None:
    """Print a line at once, before what the next command prints."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
