"""Studies in the window: one scenario over a grid of two fields, and where its best plan flips."""
