"""Execution times: what was measured or predicted for each layer on each server."""

from dnnmig_gui.core.profiling.profile import Profile

__all__ = ["Profile"]
