"""What is remembered of recent files: when they were used, and what their plans gained."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from dnnmig_gui.gui.welcome.figures import FiguresCache, figures_of

if TYPE_CHECKING:
    from dnnmig_gui.core.planning import MigrationPlan

_KEY = "recent_times"


class History:
    """Times of use in the settings, figures of plans in the cache folder."""

    def __init__(self, settings: QSettings, cache: FiguresCache) -> None:
        self._settings = settings
        self._cache = cache

    def note_used(self, path: Path) -> None:
        """Remember that a file was opened or saved now; only times of files that are still listed matter."""
        times = {**self._times(), str(path.resolve()): datetime.now().astimezone().isoformat(timespec="seconds")}
        newest = sorted(times, key=lambda name: times[name], reverse=True)[:32]
        self._settings.setValue(_KEY, {name: times[name] for name in newest})

    def note_planned(self, path: Path, plan: MigrationPlan) -> None:
        """Remember what a plan of the file as it lies on disk gains."""
        if plan.users:
            self._cache.keep(path, figures_of(plan))

    def used(self, path: Path) -> datetime:
        """Return when a file was used last; when it was changed last where that is not known."""
        try:
            return datetime.fromisoformat(self._times()[str(path.resolve())]).astimezone()
        except (KeyError, ValueError):
            return datetime.fromtimestamp(path.stat().st_mtime).astimezone()

    def _times(self) -> dict[str, str]:
        found = self._settings.value(_KEY)
        return {str(name): str(time) for name, time in found.items()} if isinstance(found, dict) else {}
