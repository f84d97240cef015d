"""Start Earshot: no arguments open the window, arguments go to `desktop.cli`."""

import sys

from desktop.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
