"""`cloud-only`: each user's whole model on a cloud server, the best one for all together."""

from __future__ import annotations

from dnnmig_gui.core.offloading.tier_only import tier_only
from dnnmig_gui.core.registry import Method

METHOD = Method(
    kind="offloading",
    name="cloud-only",
    title="Cloud only",
    summary="The whole model of each user on a cloud server, chosen for all users together.",
    source="Reference",
    solve=tier_only("cloud"),
)
