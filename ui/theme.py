"""Every colour, size and font of the window, from one table.

Widgets ask for a token when they paint, never keep one: a change of the system's colour scheme or
of the font scale then needs no bookkeeping, only a repaint.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from functools import cache

from PySide6.QtCore import QLoggingCategory, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from ui.fonts import families_of_scripts

UNIT = 8
"""The one spacing unit, in device-independent pixels; only its multiples (half of it in chips)."""
PAGE_MARGIN = 4 * UNIT
GAP = 3 * UNIT
CARD_RADIUS = 12
BUTTON_RADIUS = 8
CAP_RADIUS = 4
LARGEST_SCALE = 2.0
CONTENT_WIDTH = 144 * UNIT
"""Widest content of a participant's page at the standard font size."""
FRAME_MS = 12
"""Of what moves: shorter than a frame of a 60 Hz screen, so that none goes without."""


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme. Texts on their grounds reach 4.5 : 1 (`TEXT_PAIRS`, tested)."""

    background: QColor
    surface: QColor
    soft: QColor
    line: QColor
    text: QColor
    muted: QColor
    accent: QColor
    recording: QColor
    on_accent: QColor
    on_recording: QColor
    on_text: QColor


_TABLE: dict[str, tuple[str, str]] = {
    # token: light, dark
    "background": ("#F6F5F1", "#151513"),
    "surface": ("#FFFFFF", "#1E1E1B"),
    "soft": ("#EEECE5", "#272621"),
    "line": ("#E3E0D8", "#33322D"),
    "text": ("#1C1B19", "#EDECE6"),
    "muted": ("#6A6862", "#A5A299"),
    "accent": ("#0B6B62", "#4CC9B8"),
    "recording": ("#C8372D", "#F0675C"),
    "on_accent": ("#FFFFFF", "#151513"),
    "on_recording": ("#FFFFFF", "#151513"),
    "on_text": ("#FFFFFF", "#151513"),
}

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("text", "background"),
    ("text", "surface"),
    ("text", "soft"),
    ("muted", "background"),
    ("muted", "surface"),
    ("muted", "soft"),
    ("accent", "background"),
    ("accent", "surface"),
    ("recording", "background"),
    ("on_accent", "accent"),
    ("on_recording", "recording"),
    ("on_text", "text"),
)
"""Every (ink, ground) that carries text or a sign somewhere in the window."""


class Type(Enum):
    """The five sizes: (font size, line height) in pixels at the standard scale."""

    SMALL = (13, 20)
    BODY = (15, 24)
    ANSWER = (17, 28)
    LARGE = (18, 28)
    TITLE = (24, 32)


REGULAR = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
SEMIBOLD = QFont.Weight.DemiBold


class Theme(QObject):
    """What is in force now. One for the process: `theme.now`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.dark = False
        self.scale = 1.0
        self.families: list[str] = []
        """The window's own font first, then one for each script that it lacks."""
        self.reduced_motion = False
        self.pinned = False
        """Whether the scheme was chosen here and not by the system."""
        self.following = False
        """Whether a change of the system's colour scheme is heard."""
        self._fonts: dict[tuple[Type, QFont.Weight, bool], QFont] = {}

    @property
    def colours(self) -> Colours:
        return scheme(self.dark)

    def font(self, size: Type, weight: QFont.Weight = REGULAR, *, tabular: bool = False) -> QFont:
        """The font of a size; `tabular` gives figures of equal width, for numbers in columns."""
        key = (size, weight, tabular)
        if key not in self._fonts:
            font = QFont(self.families)
            font.setPixelSize(round(size.value[0] * self.scale))
            font.setWeight(weight)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            if tabular:
                font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = font
        return self._fonts[key]

    def line_height(self, size: Type) -> int:
        return round(size.value[1] * self.scale)

    def control(self, height: int = 5 * UNIT) -> int:
        """A control's height: what it has at the standard size plus what its text has grown."""
        return height + round(Type.BODY.value[1] * (self.scale - 1))

    def content_width(self) -> int:
        return round(CONTENT_WIDTH * self.scale)

    def set_scale(self, scale: float) -> None:
        """Text size as a factor of the standard one, held within 1 to 2."""
        self.scale = min(max(scale, 1.0), LARGEST_SCALE)
        self._fonts.clear()


now = Theme()


@cache
def scheme(dark: bool) -> Colours:
    return Colours(**{f.name: QColor(_TABLE[f.name][dark]) for f in fields(Colours)})


def contrast(ink: QColor, ground: QColor) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    bright, dim = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def mix(over: QColor, under: QColor, share: float) -> QColor:
    """`over` laid on `under` with opacity `share` in [0, 1]."""
    pairs = zip(over.getRgbF()[:3], under.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*(share * o + (1 - share) * u for o, u in pairs))


def apply(app: QApplication, *, font_scale: float | None = None, dark: bool | None = None) -> None:
    """Dress the application.

    `font_scale` overrides what the user's own font asks for; `dark` overrides the system's colour
    scheme, which otherwise is followed from here on.
    """
    hints = app.styleHints()
    # Qt tells of every script that a font lacks; another font then takes over, as it should.
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false\nqt.text.font.db.warning=false")
    own = "Inter" if "Inter" in QFontDatabase.families() else app.font().family()
    now.families = [own, *families_of_scripts()]
    now.set_scale(_users_scale(app.font()) if font_scale is None else font_scale)
    app.setStyle("Fusion")
    duration = QStyle.StyleHint.SH_Widget_Animation_Duration
    now.reduced_motion = app.style().styleHint(duration) == 0
    if not now.following:
        hints.colorSchemeChanged.connect(_follow)
        now.following = True
    now.pinned = dark is not None
    now.dark = hints.colorScheme() == Qt.ColorScheme.Dark if dark is None else dark
    refresh()


def refresh() -> None:
    """Put what `now` says on the application: palette, standard font, style of standard parts."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    app.setFont(now.font(Type.BODY))
    app.setPalette(_palette(now.colours))
    app.setStyleSheet(_style_sheet(now.colours))
    now.changed.emit()


def _follow(colour_scheme: Qt.ColorScheme) -> None:
    if now.pinned:
        return
    now.dark = colour_scheme == Qt.ColorScheme.Dark
    refresh()


_STANDARD_PIXELS = {"windows": 12.0, "cocoa": 13.0}
"""Height of the system's own text where the user has changed nothing; 15 for Linux desktops."""


def _users_scale(font: QFont) -> float:
    standard = _STANDARD_PIXELS.get(QGuiApplication.platformName(), 15.0)
    return QFontInfo(font).pixelSize() / standard


def _luminance(colour: QColor) -> float:
    channels = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]
    )
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.background),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.soft),
        (role.Button, colours.surface),
        (role.WindowText, colours.text),
        (role.Text, colours.text),
        (role.ButtonText, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
    ):
        palette.setColor(which, colour)
    return palette


def _style_sheet(colours: Colours) -> str:
    """The few standard parts that are not painted by our own widgets: scroll bars and menus."""
    return f"""
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: {UNIT}px; }}
QScrollBar:horizontal {{ height: {UNIT}px; }}
QScrollBar::handle {{ background: {mix(colours.muted, colours.surface, 0.55).name()};
  border-radius: {UNIT // 2}px; min-height: {4 * UNIT}px; min-width: {4 * UNIT}px; }}
QScrollBar::handle:hover {{ background: {colours.muted.name()}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; width: 0; height: 0; }}
QHeaderView, QHeaderView::section {{ background: transparent; border: none; }}
QTableCornerButton::section {{ background: transparent; border: none;
  border-bottom: 1px solid {colours.line.name()}; }}
QMenu {{ background: {colours.surface.name()}; color: {colours.text.name()};
  border: 1px solid {colours.line.name()}; padding: {UNIT // 2}px; }}
QMenu::item {{ padding: {UNIT}px {3 * UNIT}px; border-radius: {CAP_RADIUS}px; }}
QMenu::item:selected {{ background: {colours.soft.name()}; color: {colours.text.name()}; }}
QMenu::item:disabled {{ color: {colours.muted.name()}; }}
QMenu::separator {{ height: 1px; background: {colours.line.name()}; margin: {UNIT // 2}px; }}
"""
