"""Becomes another program for which file permissions hold, even where root runs the tests.

    python tests/helpers/bound_by_rights.py PROGRAM ARGUMENT...

Root may write whatever the permissions say (CAP_DAC_OVERRIDE); that right is given up, the rest is
kept. Linux only; elsewhere, and for everybody else, nothing is given up.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1

if __name__ == "__main__":
    if sys.platform == "linux" and os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "root's rights cannot be given up")
    os.execvp(sys.argv[1], sys.argv[1:])
