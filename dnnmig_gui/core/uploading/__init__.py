"""Partition-uploading methods, one file a method.

A method is ``solve(task, parameters, run) -> list[PartitionLayers]`` for one user;
`dnnmig_gui.core.uploading.plan` defines what is made of it.
"""

from dnnmig_gui.core.uploading.plan import Partition, Stage, UploadingPlan

__all__ = ["Partition", "Stage", "UploadingPlan"]
