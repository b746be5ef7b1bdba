"""What is shown before a scenario is open: recent files, the example gallery, ways to begin."""
