"""Room of the planner: methods, their parameters, the planning job and its result."""
