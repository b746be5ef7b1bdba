"""Known architectures, built in code from published tables."""

from dnnmig_gui.core.dnn.zoo.catalogue import (
    PUBLISHED,
    Published,
    zoo_model,
    zoo_names,
    zoo_source,
    zoo_title,
)

__all__ = ["PUBLISHED", "Published", "zoo_model", "zoo_names", "zoo_source", "zoo_title"]
