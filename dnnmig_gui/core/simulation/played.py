"""The plan as it was played, where users were planned while the run went on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, assemble_plan
from dnnmig_gui.core.simulation.record import Record, UserRecord
from dnnmig_gui.core.simulation.trace import SliceKind, Trace
from dnnmig_gui.core.uploading import Partition, Stage, UploadingPlan


@dataclass(frozen=True, eq=False)
class Played:
    """A running phase.

    Parameters
    ----------
    plan
        The plan whose partitions the trace numbers.
    """

    plan: MigrationPlan
    trace: Trace


def as_played(plan: MigrationPlan, record: Record) -> MigrationPlan:
    """Return the plan with the last places of every user and all partitions that it was to upload.

    Where all was planned beforehand that is the plan itself. A user that had several assignments has the partitions
    of all, one after the other, those that it never sent included; its stages are those after each CR.
    """
    if plan.scenario.running.policy == "planned":
        return plan
    places, uploads = [], []
    for user, played in zip(plan.users, record.users, strict=True):
        places.append(played.followed[-1].places if played.followed else user.places)
        uploads.append(_one_after_the_other(played) if played.followed else user.uploading)
    placed = OffloadingPlan(tuple(places), plan.offloading.objective, note="planned as users came and went")
    return assemble_plan(
        plan.scenario,
        plan.problem,
        plan.seed,
        (plan.offloading_method, placed),
        (plan.uploading_method, tuple(uploads)),
    )


def _one_after_the_other(played: UserRecord) -> UploadingPlan:
    if len(played.followed) == 1:
        return played.followed[0].uploading
    partitions: list[Partition] = []
    for assignment in played.followed:
        partitions += [
            replace(partition, index=len(partitions) + number + 1)
            for number, partition in enumerate(assignment.uploading.partitions)
        ]
    confirmed = sorted((event.start, event.partition) for event in played.events if event.kind == SliceKind.CONFIRM)
    first = played.followed[0].uploading.stages[0]
    stages = [Stage(0.0, np.inf, first.query_delay_s, first.places)]
    for start, number in confirmed:
        assignment = next(one for one in reversed(played.followed) if one.first_partition <= number)
        own = assignment.uploading.stages[number - assignment.first_partition + 1]
        stages[-1] = replace(stages[-1], end_s=start)
        stages.append(Stage(start, np.inf, own.query_delay_s, own.places))
    last = played.followed[-1].uploading
    while len(stages) <= len(partitions):
        stages.append(Stage(np.inf, np.inf, last.stages[-1].query_delay_s, last.stages[-1].places))
    whole = [assignment.uploading for assignment in played.followed]
    return UploadingPlan(
        user_id=last.user_id,
        method=last.method,
        partitions=tuple(partitions),
        stages=tuple(stages),
        upload_s=sum(one.upload_s for one in whole),
        queries_during_upload=sum(one.queries_during_upload for one in whole),
        bound_queries=sum(one.bound_queries for one in whole),
    )
