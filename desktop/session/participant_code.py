"""The code under which a participant comes back: what counts as the same one."""

from __future__ import annotations

import unicodedata


def normal_code(typed: str) -> str | None:
    """One spelling for what people type for the same code; None for no code.

    Case, the width of letters and the number of blanks do not matter (Unicode NFKC, full case
    folding): `p 07` and `P  07` are one person.
    """
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split()) or None
