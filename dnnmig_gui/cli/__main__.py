"""``python -m dnnmig_gui.cli``: the command line without an installed script."""

import sys

from dnnmig_gui.cli import main

sys.exit(main())
