"""Start Earshot: no arguments open the window, arguments go to `desktop.cli`."""

import sys

if __name__ == "__main__":
    try:
        from desktop.cli import main

        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # while modules are still being imported
        if sys.stderr is not None:
            sys.stderr.write("Interrupted.\n")
        sys.exit(130)
