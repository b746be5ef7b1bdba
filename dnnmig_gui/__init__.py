"""DNN Migration Planner: plan, watch and report how a DNN moves from a client to edge and cloud servers."""

__version__ = "0.1.0"
