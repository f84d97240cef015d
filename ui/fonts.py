"""Which installed families carry the letters that the window's own font lacks.

Without this list Qt looks for every missing letter in all installed families, one after the other:
64 kB of Chinese then take a third of a second and more to lay out, beside five milliseconds.
"""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFontDatabase

_Script = QFontDatabase.WritingSystem
_HAN = {
    QLocale.Language.Japanese: (_Script.Japanese, "JP"),
    QLocale.Language.Korean: (_Script.Korean, "KR"),
}
_SIMPLIFIED, _TRADITIONAL = (_Script.SimplifiedChinese, "SC"), (_Script.TraditionalChinese, "TC")
_NOT_A_SCRIPT = (_Script.Any, _Script.Latin, _Script.Symbol)


def families_of_scripts() -> list[str]:
    """One family for each writing system, Han letters as the user's language draws them first."""
    found: list[str] = []
    for script in [*_han_first(), *_Script]:
        if script in _NOT_A_SCRIPT:
            continue
        family = _best(QFontDatabase.families(script), _suffix(script))
        if family and family not in found:
            found.append(family)
    return found


def _han_first() -> list[QFontDatabase.WritingSystem]:
    """All four draw the same code points, each a little differently."""
    locale = QLocale()
    traditional = locale.script() == QLocale.Script.TraditionalHanScript
    own = _HAN.get(locale.language(), _TRADITIONAL if traditional else _SIMPLIFIED)
    others = [_SIMPLIFIED, _TRADITIONAL, *_HAN.values()]
    return [script for script, _ in [own, *others]]


def _suffix(script: QFontDatabase.WritingSystem) -> str:
    return dict([_SIMPLIFIED, _TRADITIONAL, *_HAN.values()]).get(script, "")


def _best(families: list[str], suffix: str) -> str:
    """Noto's sans serif in the language's own cut, else its sans serif, else any."""
    sans = [family for family in families if family.startswith("Noto Sans")]
    cut = [family for family in sans if suffix and family.endswith(suffix)]
    return next(iter([*cut, *sans, *families]), "")
