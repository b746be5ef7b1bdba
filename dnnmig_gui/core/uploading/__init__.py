"""Partition-uploading methods, one file a method.

A method is ``solve(task, parameters, run)`` for one user: it returns the partitions in the order of their upload, each
as the positions of its layers, all for one server. `dnnmig_gui.core.uploading.evaluate` has the task and makes the
plan of what is returned; `dnnmig_gui.core.uploading.plan` defines that plan.
"""

from dnnmig_gui.core.uploading.plan import Partition, Stage, UploadingPlan

__all__ = ["Partition", "Stage", "UploadingPlan"]
