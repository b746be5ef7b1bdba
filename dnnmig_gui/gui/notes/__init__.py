"""Notes beside the inspector: what is wrong in the scenario, and what was done to it."""
