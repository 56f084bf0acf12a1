"""``python -m sambang_stats``."""

import sys

from sambang_stats.commands import main

if __name__ == "__main__":
    sys.exit(main())
