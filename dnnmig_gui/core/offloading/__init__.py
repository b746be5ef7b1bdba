"""Partition-offloading methods, one file a method.

A method is ``solve(problem, parameters, run) -> OffloadingPlan``; `dnnmig_gui.core.offloading.plan` defines the
result.
"""

from dnnmig_gui.core.offloading.plan import OffloadingPlan

__all__ = ["OffloadingPlan"]
