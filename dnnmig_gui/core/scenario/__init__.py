"""The document: what it may say, how it is opened and saved."""

from dnnmig_gui.core.scenario.file import ScenarioFile, open_scenario, save_scenario
from dnnmig_gui.core.scenario.schema import ModelEntry, Scenario, User, Weights
from dnnmig_gui.core.scenario.text import scenario_text

__all__ = [
    "ModelEntry",
    "Scenario",
    "ScenarioFile",
    "User",
    "Weights",
    "open_scenario",
    "save_scenario",
    "scenario_text",
]
