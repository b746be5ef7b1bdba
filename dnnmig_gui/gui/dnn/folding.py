"""Which blocks of the model shown are folded; remembered for each model that was shown. No Qt."""

from __future__ import annotations

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.gui.dnn.blocks import Block, Span, around, every_span, find_blocks, folded_at_first


class Folding:
    """The blocks of a model and which of them are folded."""

    def __init__(self) -> None:
        self._model: DnnModel | None = None
        self._known: dict[tuple[str, tuple[Block, ...]], frozenset[Span]] = {}
        self.blocks: tuple[Block, ...] = ()
        self.spans: frozenset[Span] = frozenset()
        """Of all blocks, those within others too."""
        self.folded: frozenset[Span] = frozenset()

    def follow(self, model: DnnModel | None) -> None:
        """Turn to a model, folded as it was left, or as is best to begin with."""
        same = model == self._model
        self._model = model
        if same:
            return
        self.blocks = find_blocks(model) if model is not None else ()
        self.spans = every_span(self.blocks)
        if model is None:
            self.folded = frozenset()
        else:
            first = folded_at_first(model, self.blocks)
            self.folded = self._known.get((model.name, self.blocks), first)

    def turn(self, block: Block) -> None:
        """Fold a block that is open, unfold one that is folded."""
        self._set(self.folded ^ {block.span})

    def fold_all(self) -> None:
        """Fold every block, those within others too."""
        self._set(self.spans)

    def unfold_all(self) -> None:
        """Unfold every block."""
        self._set(frozenset())

    def reveal(self, layer: int) -> None:
        """Unfold the blocks that a layer is in."""
        self._set(self.folded - {block.span for block in around(self.blocks, layer)})

    def around(self, layer: int) -> list[Block]:
        """Return the blocks that a layer is in, outer ones first."""
        return around(self.blocks, layer)

    def _set(self, folded: frozenset[Span]) -> None:
        self.folded = folded
        if self._model is not None:
            self._known[self._model.name, self.blocks] = folded
