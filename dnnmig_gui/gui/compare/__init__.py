"""Room of the comparison: methods as rows, and two of their plans on one clock."""
