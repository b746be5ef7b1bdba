"""``dnnmig``: the same core without a window. docs/command-line.md describes it.

Start-up is short because nothing but the command's own needs are imported, inside its function.
"""

from dnnmig_gui.cli.guard import main

__all__ = ["main"]
