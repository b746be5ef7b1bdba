"""The measured AlexNet and the known answers of its uploading plans: one client, one server, no latency."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dnnmig_gui.core.scenario import Scenario

DATA = Path(__file__).parent / "data"


def known_cases() -> list[dict[str, Any]]:
    """Return one case a bandwidth."""
    return list(json.loads((DATA / "alexnet-measured-answers.json").read_text("utf-8"))["cases"])


def measured_scenario(bandwidth_mb_per_s: float, uploading: str = "recursive-efficiency") -> Scenario:
    """Return the scenario of a case; its files are relative to `DATA`."""
    return Scenario.model_validate(
        {
            "format": "dnnmig-scenario",
            "version": 1,
            "servers": [
                {"id": "client", "tier": "client", "compute_ghz": 1.0},
                {"id": "server", "tier": "edge", "compute_ghz": 10.0},
            ],
            "link_defaults": {"client-edge": {"bandwidth_mb_per_s": bandwidth_mb_per_s}},
            "models": [{"id": "alexnet", "file": "alexnet-measured.csv"}],
            "users": [{"id": "user", "client": "client", "model": "alexnet"}],
            "offloading": {"method": "exact"},
            "uploading": {"method": uploading},
        },
        strict=False,
    )
