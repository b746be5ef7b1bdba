"""Room of the presentation: one picture for a hall, on the one clock."""
