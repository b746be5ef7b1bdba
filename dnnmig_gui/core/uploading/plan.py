"""The uploading plan of one user: the ordered P3, and how fast queries are between their confirmations."""

from __future__ import annotations

from dataclasses import dataclass

from dnnmig_gui.core.costs.problem import IntArray


@dataclass(frozen=True)
class Partition:
    """A P3: what one upload sends to one server.

    Parameters
    ----------
    index
        1 for the first.
    server
        Number of the server it goes to.
    layers
        Positions of its layers in the model, ascending; layers without parameters travel with a neighbour.
    size_bytes
        Bytes of its parameters.
    upload_s
        Seconds from sending its first byte to its CR.
    done_s
        When its CR arrives, counted from the start of the user's uploads.
    query_delay_after_s
        Delay of a query that starts after that.
    """

    index: int
    server: int
    layers: tuple[int, ...]
    size_bytes: int
    upload_s: float
    done_s: float
    query_delay_after_s: float


@dataclass(frozen=True, eq=False)
class Stage:
    """A stretch of the upload in which the same partitions are confirmed.

    Parameters
    ----------
    start_s, end_s
        Counted from the start of the user's uploads; the last stage ends at infinity.
    query_delay_s
        Delay of a query that starts in it.
    places
        Shape (L,): where each layer runs in such a query.
    """

    start_s: float
    end_s: float
    query_delay_s: float
    places: IntArray


@dataclass(frozen=True, eq=False)
class UploadingPlan:
    """The ordered P3 of one user and their measures (DESIGN.md section 7).

    Parameters
    ----------
    user_id, method
        Whose plan it is and who made it.
    partitions
        In the order of upload; empty if everything stays on the client.
    stages
        One more than partitions: before the first CR, and after each.
    upload_s
        When the last CR arrives; 0 without partitions.
    queries_during_upload
        Integral of dt / query delay over [0, upload_s], fractions counted.
    bound_queries
        A proven upper bound of `queries_during_upload` over all orders of this plan's layers.
    """

    user_id: str
    method: str
    partitions: tuple[Partition, ...]
    stages: tuple[Stage, ...]
    upload_s: float
    queries_during_upload: float
    bound_queries: float

    @property
    def mean_query_delay_s(self) -> float:
        """Mean delay of the queries during the upload; that of a query without an upload if there is none."""
        if self.queries_during_upload <= 0:
            return self.stages[-1].query_delay_s
        return self.upload_s / self.queries_during_upload

    @property
    def gap(self) -> float:
        """Share of `bound_queries` by which the plan may fall short of the best order: 0 is proven optimal."""
        if self.bound_queries <= 0:
            return 0.0
        return max(0.0, (self.bound_queries - self.queries_during_upload) / self.bound_queries)

    def queries_until(self, horizon_s: float) -> float:
        """Return the integral of dt / query delay over [0, horizon_s]."""
        return sum(
            (min(stage.end_s, horizon_s) - stage.start_s) / stage.query_delay_s
            for stage in self.stages
            if stage.start_s < horizon_s
        )

    def stage_at(self, t: float) -> Stage:
        """Return the stage at a time counted from the start of the user's uploads."""
        for stage in reversed(self.stages):
            if t >= stage.start_s:
                return stage
        return self.stages[0]
