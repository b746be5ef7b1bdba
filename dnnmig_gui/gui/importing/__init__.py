"""The preview of an imported topology, with its tiers to confirm."""
