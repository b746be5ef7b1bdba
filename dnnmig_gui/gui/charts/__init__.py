"""Room of the charts: the query-delay staircase, and the export of any chart."""
