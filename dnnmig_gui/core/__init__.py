"""The headless planning core: no Qt, no widget, no global state."""
