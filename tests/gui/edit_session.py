"""Scripted sessions of edits, each in a process of its own, which tell of each edit once it is finished.

For each line ``seed <tab> scenario <tab> folder`` on standard input one session is begun; it opens the scenario (or
begins a new one for ``-``), keeps its state in the folder, and edits until it is killed.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QSettings
from random_edits import edit_at_random

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.document import Document


def digest(scenario: Scenario) -> str:
    """Return the same text for equal scenarios: whether an empty list was written or left out does not matter."""
    return hashlib.sha256(scenario.model_dump_json(by_alias=True).encode()).hexdigest()


def run(seed: int, name: str, told: Path) -> None:
    """Edit until killed; write the digest of each finished edit to `told`."""
    application = QCoreApplication([])
    application.setApplicationName("dnnmig")
    application.setOrganizationName("dnnmig")
    chance = random.Random(seed)
    document = Document(QSettings(str(told.with_name("settings.ini")), QSettings.Format.IniFormat))
    if name != "-":
        document.open(Path(name))
    lines = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        edit_at_random(document, chance)
        os.write(lines, f"{digest(document.scenario)} {int(document.is_clean)}\n".encode())


def serve() -> None:
    """Begin a session, as a process of its own, for each line of standard input; print its process id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ends is gone at once
    for line in sys.stdin:
        seed, name, state = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            os.environ["XDG_STATE_HOME"] = state
            run(int(seed), name, Path(state) / "told")
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
