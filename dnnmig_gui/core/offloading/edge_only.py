"""`edge-only`: each user's whole model on an edge server, the best one for all together."""

from __future__ import annotations

from dnnmig_gui.core.offloading.tier_only import tier_only
from dnnmig_gui.core.registry import Method

METHOD = Method(
    kind="offloading",
    name="edge-only",
    title="Edge only",
    summary="The whole model of each user on an edge server, chosen for all users together.",
    source="Reference",
    solve=tier_only("edge"),
)
