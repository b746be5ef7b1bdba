"""What all tests share: Qt paints into memory, and nobody's settings are touched."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports Qt. End-to-end tests start processes of their own on a display of their own.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
for variable in ("QT_SCALE_FACTOR", "QT_AUTO_SCREEN_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME"):
    os.environ.pop(variable, None)

# A first example may have to import scipy: a deadline an example would blame the law for it.
settings.register_profile("house", settings.get_profile("ci" if os.environ.get("CI") else "default"), deadline=None)
settings.load_profile("house")

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True, scope="session")
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep settings, caches and recovery files of the tests out of the user's folders."""
    home = tmp_path_factory.mktemp("home")
    for variable, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
    ):
        os.environ[variable] = str(home / folder)


@pytest.fixture(autouse=True)
def _garbage_between_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """From the first window on, collect garbage between tests alone, as the program does between events."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from dnnmig_gui.gui.garbage import collect_if_due

    gc.disable()
    yield
    collect_if_due()


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder with pyproject.toml."""
    return CHECKOUT


@pytest.fixture(scope="session")
def scenarios() -> Path:
    """The folder with the ready examples."""
    return CHECKOUT / "scenarios"
