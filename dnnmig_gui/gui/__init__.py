"""The window: Qt on top of the headless core."""
