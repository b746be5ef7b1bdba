"""Finding one's way: command palette, shortcut sheet, guide, tour, about."""
