"""Where a DNN can run: servers, the links between them, the routes over those links."""

from dnnmig_gui.core.topology.link import Link, LinkDefault, tier_pair
from dnnmig_gui.core.topology.server import TIERS, PowerDraw, Server, Tier
from dnnmig_gui.core.topology.topology import Topology

__all__ = ["TIERS", "Link", "LinkDefault", "PowerDraw", "Server", "Tier", "Topology", "tier_pair"]
