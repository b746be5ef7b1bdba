"""Room of the report: what leaves the window as a file."""
