"""Drawings as SVG and PNG, by matplotlib, which is imported here and nowhere before.

The same drawing gives the same bytes: no date, no random ids, none of a user's own settings, text
as outlines of named fonts (docs/decisions).
"""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from ranker.charts.drawing import Dot, Drawing, Shape, Words
from ranker.charts.lettering import TABULAR, clear_text, font_for, width_of
from ranker.charts.look import DARK, LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARPER = 2
"""Pixels of a PNG for each of the drawing."""

_BEFORE = {"left": 0.0, "center": 0.5, "right": 1.0}
"""Part of a text's width that lies before its place."""

_POINTS = 72
"""In an inch; one of them is one pixel of the drawing."""

# matplotlib's settings are the process's: one drawing at a time.
_one_at_a_time = threading.Lock()

_OPENING = re.compile(r"\A.*?<svg [^>]*>", re.DOTALL)
_NOISE = re.compile(r"<!--.*?-->|<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
"""The text of what is drawn, and a style that would reach out of the drawing into a page."""
_EMPTY = re.compile(r'<path id="([^"]*)"(?: d="")?(?: transform="[^"]*")?/>')
_TOLD = re.compile(r"<title>(.*?)</title><desc>(.*?)</desc>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>|\sxmlns(:xlink)?=\"[^\"]*\"", re.DOTALL)


class NoCharts(Exception):
    """matplotlib is not there, and how to get it."""

    def __init__(self) -> None:
        self.sentence = "Charts are not drawn: matplotlib is not installed."
        self.advice = "“make setup” or “pip install matplotlib” brings it; the tables are here."
        super().__init__(f"{self.sentence} {self.advice}")


def require_matplotlib() -> None:
    """Raises NoCharts."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise NoCharts from error


def svg(drawing: Drawing, title: str, alt: str, facts: str) -> str:
    """In the light scheme (`look.darkened` makes the other); `facts` go into its metadata.

    Raises NoCharts.
    """
    with _figure(drawing, LIGHT, background=False) as figure:
        stream = io.StringIO()
        figure.savefig(
            stream,
            format="svg",
            metadata={"Description": facts, "Date": None, "Creator": "Earshot"},
        )
    return _opened(_NOISE.sub("", stream.getvalue()), drawing, title, alt)


def inside_a_page(svg: str, name: str) -> str:
    """The drawing as a part of an HTML page: ids that meet no other drawing's, and none of the
    addresses that name the languages of a file of its own."""
    svg = re.sub(r'(\sid="|href="#)', rf"\g<1>{name}-", _METADATA.sub("", svg))
    svg = svg.replace("xlink:href", "href")
    # A title inside would follow the pointer all over the chart.
    if (told := _TOLD.search(svg)) is not None:
        label = escape(f"{unescape(told[1])}. {unescape(told[2])}")
        svg = svg.replace(told[0], "").replace(' role="img"', f' role="img" aria-label="{label}"')
    return svg


def png(drawing: Drawing, title: str, facts: str, *, dark: bool = False) -> bytes:
    """`SHARPER` times the drawing's size, on the surface's colour. Raises NoCharts."""
    with _figure(drawing, DARK if dark else LIGHT, background=True) as figure:
        stream = io.BytesIO()
        figure.savefig(
            stream,
            format="png",
            dpi=SHARPER * _POINTS,
            metadata={"Title": title, "Description": facts, "Software": "Earshot"},
        )
    return stream.getvalue()


def _opened(text: str, drawing: Drawing, title: str, alt: str) -> str:
    """Without the XML prologue, which no HTML page may hold; sizes in pixels; told in words."""
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{drawing.width:g}" height="{drawing.height:g}"'
        f' viewBox="0 0 {drawing.width:g} {drawing.height:g}" version="1.1" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(alt)}</desc>"
    )
    # A space has no outline, and some readers complain of whoever asks for it.
    for empty in _EMPTY.findall(text):
        text = re.sub(rf'<(path id|use xlink:href)="#?{re.escape(empty)}"[^>]*/>', "", text)
    return _OPENING.sub(lambda _: head, text, count=1)


@contextmanager
def _figure(drawing: Drawing, colours: Mapping[str, str], *, background: bool) -> Iterator[Figure]:
    require_matplotlib()
    import matplotlib
    from matplotlib.figure import Figure

    # It tells of every weight that a font for foreign letters lacks.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    settings: dict[Any, Any] = {
        "svg.hashsalt": "earshot",
        "svg.fonttype": "path",
        "path.simplify": False,
    }
    with _one_at_a_time, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        figure = Figure(figsize=(drawing.width / _POINTS, drawing.height / _POINTS), dpi=_POINTS)
        figure.patch.set_facecolor(colours["surface"])
        figure.patch.set_visible(background)
        for part in drawing.parts:
            figure.add_artist(_artist(part, drawing.height, colours, figure.dpi_scale_trans))
        yield figure


def _artist(
    part: Words | Shape | Dot, height: float, colours: Mapping[str, str], inches: Any
) -> Any:
    from matplotlib.patches import Circle, Polygon
    from matplotlib.text import Text
    from matplotlib.transforms import Affine2D

    pixels = Affine2D().scale(1, -1).translate(0, height).scale(1 / _POINTS) + inches
    if isinstance(part, Words):
        clear = clear_text(part.text)
        width = width_of(clear, part.size, part.weight, tabular=part.tabular)
        text = Text(
            part.x - width * _BEFORE[part.anchor],
            part.baseline,
            clear,
            color=colours[part.ink],
            fontproperties=font_for(clear, part.size, part.weight),
            verticalalignment="baseline",
            parse_math=False,
        )
        if part.tabular:
            text.set_fontfeatures(TABULAR)
        text.set_transform(pixels)
        return text
    if isinstance(part, Dot):
        return Circle((part.x, part.y), part.radius, lw=0, fc=colours[part.fill], transform=pixels)
    return Polygon(
        part.points,
        closed=part.closed,
        fill=part.fill is not None,
        facecolor=colours[part.fill] if part.fill else "none",
        edgecolor=colours[part.stroke] if part.stroke else "none",
        linewidth=part.width,
        alpha=part.alpha if part.alpha != 1 else None,
        capstyle="butt",
        joinstyle="miter",
        transform=pixels,
    )
