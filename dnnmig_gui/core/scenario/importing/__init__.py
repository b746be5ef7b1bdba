"""Topologies of other programs: read, explained, and made into a scenario once their tiers are confirmed."""

from dnnmig_gui.core.scenario.importing.imported import ImportedTopology, TierGroup
from dnnmig_gui.core.scenario.importing.read import TOPOLOGY_SUFFIXES, import_topology

__all__ = ["TOPOLOGY_SUFFIXES", "ImportedTopology", "TierGroup", "import_topology"]
