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

from dnnmig_gui.core.scenario import Scenario, scenario_text
from dnnmig_gui.core.topology import Link, LinkDefault, Server
from dnnmig_gui.gui.document import Document


def digest(scenario: Scenario) -> str:
    return hashlib.sha256(scenario_text(scenario).encode()).hexdigest()


def edit_at_random(document: Document, chance: random.Random) -> None:
    """Make one edit of a random kind, or undo or redo."""
    scenario = document.scenario
    kind = chance.randrange(8)
    servers = scenario.servers
    if kind == 0:
        document.undo_stack.undo()
    elif kind == 1:
        document.undo_stack.redo()
    elif kind == 2:
        document.edit("Rename", scenario.model_copy(update={"name": f"Name {chance.random()}"}), "name")
    elif kind == 3:
        document.edit("Seed", scenario.model_copy(update={"seed": chance.randrange(2**40)}))
    elif kind == 4 or not servers:
        name = f"s{chance.random()}"
        while any(server.id == name for server in servers):
            name += "'"
        made = Server(id=name, tier=chance.choice(("client", "edge", "cloud")), compute_ghz=2.0)
        document.edit("Add a server", scenario.model_copy(update={"servers": (*servers, made)}))
    elif kind == 5:
        moved = servers[0].model_copy(update={"position": (chance.uniform(0, 900), chance.uniform(0, 400))})
        document.edit("Move", scenario.model_copy(update={"servers": (moved, *servers[1:])}), "move")
    elif kind == 6:
        default = LinkDefault(bandwidth_mb_per_s=chance.uniform(1, 99))
        document.edit("Default", scenario.model_copy(update={"link_defaults": {"client-edge": default}}), "default")
    elif len(servers) > 1 and not scenario.links:
        link = Link(between=(servers[0].id, servers[-1].id), bandwidth_mb_per_s=chance.uniform(1, 99))
        document.edit("Link", scenario.model_copy(update={"links": (link,)}))


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
