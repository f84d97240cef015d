"""Everything the baselines hear, measured: `python -m tests.performance.speech_report`.

Takes some forty minutes of one core and prints the tables of docs/baselines.md into it, between
its two marks.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from engines.pocketsphinx.engine import Engine
from engines.pocketsphinx.hearing import ACCEPT_AT
from tests.helpers.covered import is_covered, trained_on
from tests.helpers.hearing import (
    RATES,
    TUNED_ON,
    VOICES,
    Heard,
    Sentence,
    error_rate,
    hear,
    in_domain,
    in_domain_later,
    out_of_domain,
    outcome,
    share,
)
from tests.helpers.human_clips import human_clips

PAGE = Path(__file__).parent.parent.parent / "docs" / "baselines.md"
MARKS = ("<!-- measured by tests/performance/speech_report.py -->", "<!-- end of measured -->")
THRESHOLDS = (-0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
EVERYDAY_RATE = 160
"""Words a minute, where hearings of one rate are compared."""
OUTSIDE_RATES = (130, 160, 190)

COVERED_BEFORE = "written before, covered"
COVERED_LATER = "written later, covered"
NOT_COVERED = "written later, not covered"
"""Before and after the grammar; covered: a sentence that the grammar can say."""

INSIDE_HEAD = (
    "WER skills",
    "accepted",
    "right",
    "wrong",
    "WER dictation",
    "open: right",
    "open: wrong",
)

Row = Sequence[str]
Spoken = dict[tuple[str, int], list[Heard]]
"""By voice and words a minute."""


def main() -> None:
    text = measured()
    _print_into_page(text)
    print(text)


def measured() -> str:
    """All sections, as the page has them."""
    engine = Engine()
    engine.load({}, lambda _what, _share: None)
    before = _speak(engine, in_domain(held_out=True), RATES)
    known = _speak(engine, _only(in_domain_later(), covered=True), [EVERYDAY_RATE])
    new = _speak(engine, _only(in_domain_later(), covered=False), [EVERYDAY_RATE])
    outside = _speak(engine, out_of_domain(held_out=True), OUTSIDE_RATES)
    tuned_in = [h for v, r in TUNED_ON for h in hear(engine, in_domain(held_out=False), v, r)]
    tuned_out = [h for v, r in TUNED_ON for h in hear(engine, out_of_domain(held_out=False), v, r)]
    compared = [_all(_at_everyday_rate(group)) for group in (before, known, new)]
    everyday = _all(_at_everyday_rate(outside))
    sections = [
        ("What the grammar covers", cover_table()),
        (f"Inside the domain, at {EVERYDAY_RATE} words a minute", compared_table(*compared)),
        (f"Inside the domain, {COVERED_BEFORE}", inside_table(before)),
        (f"Inside the domain, {NOT_COVERED}", inside_table(new)),
        ("Outside the domain", outside_table(outside)),
        (f"Threshold, {COVERED_BEFORE}", roc(_all(before), everyday)),
        ("Threshold, tuning voices and sentences", roc(tuned_in, tuned_out)),
        ("People", people_table(engine)),
    ]
    return "\n\n".join(f"### {title}\n\n{table}" for title, table in sections)


def _speak(engine: Engine, sentences: list[Sentence], rates: Iterable[int]) -> Spoken:
    return {(v, r): hear(engine, sentences, v, r) for v in VOICES for r in rates}


def _only(sentences: list[Sentence], *, covered: bool) -> list[Sentence]:
    """Those that the grammar can say, or those that it cannot."""
    return [sentence for sentence in sentences if is_covered(sentence.text) == covered]


def _at_everyday_rate(groups: Spoken) -> Spoken:
    return {(v, rate): heard for (v, rate), heard in groups.items() if rate == EVERYDAY_RATE}


def _all(groups: Spoken) -> list[Heard]:
    return [heard for group in groups.values() for heard in group]


def published() -> str:
    """What stands between the marks of the page."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    return rest.partition(MARKS[1])[0].strip()


def cover_table() -> str:
    """Of the sentences alone: nothing is heard for it."""
    rows = [
        [name, *_cover(sentences)]
        for name, sentences in (
            (COVERED_BEFORE, _only(in_domain(held_out=True), covered=True)),
            ("written before, not covered", _only(in_domain(held_out=True), covered=False)),
            (COVERED_LATER, _only(in_domain_later(), covered=True)),
            (NOT_COVERED, _only(in_domain_later(), covered=False)),
        )
    ]
    head = "held out,sentences,word for word in the training,right if heard perfectly"
    return _table(head.split(","), rows)


def _cover(sentences: list[Sentence]) -> Row:
    perfect = [outcome(s, s.text, understood=True) for s in sentences]
    return [
        str(len(sentences)),
        str(sum(trained_on(s.text) for s in sentences)),
        str(perfect.count("right")),
    ]


def compared_table(before: list[Heard], known: list[Heard], new: list[Heard]) -> str:
    rows = [
        [COVERED_BEFORE, *_inside(before)],
        [COVERED_LATER, *_inside(known)],
        [NOT_COVERED, *_inside(new)],
    ]
    return _table(["held out", *INSIDE_HEAD], rows)


def inside_table(groups: Spoken) -> str:
    rows = [[voice, str(rate), *_inside(heard)] for (voice, rate), heard in groups.items()]
    rows.append(["all", "", *_inside(_all(groups))])
    return _table(["voice", "words/min", *INSIDE_HEAD], rows)


def _inside(heard: list[Heard]) -> Row:
    closed = [outcome(h.sentence, h.skills, understood=h.accepted) for h in heard]
    opened = [outcome(h.sentence, h.dictation, understood=True) for h in heard]
    return [
        _percent(error_rate([(h.sentence.text, h.skills) for h in heard])),
        _percent(share(h.accepted for h in heard)),
        _percent(share(o == "right" for o in closed)),
        _percent(share(o == "wrong" for o in closed)),
        _percent(error_rate([(h.sentence.text, h.dictation) for h in heard])),
        _percent(share(o == "right" for o in opened)),
        _percent(share(o == "wrong" for o in opened)),
    ]


def outside_table(groups: Spoken) -> str:
    rows = [[voice, str(rate), *_outside(heard)] for (voice, rate), heard in groups.items()]
    for rate in dict.fromkeys(rate for _, rate in groups):
        at_rate = [h for (_, r), heard in groups.items() for h in heard if r == rate]
        rows.append(["all", str(rate), *_outside(at_rate)])
    head = "voice,words/min,rejected,rejected: near,rejected: far,answered,WER dictation"
    return _table([*head.split(","), "open: answered"], rows)


def _outside(heard: list[Heard]) -> Row:
    return [
        _percent(share(not h.accepted for h in heard)),
        _percent(share(not h.accepted for h in heard if h.sentence.near)),
        _percent(share(not h.accepted for h in heard if not h.sentence.near)),
        _percent(share(_answered(h, ACCEPT_AT) for h in heard)),
        _percent(error_rate([(h.sentence.text, h.dictation) for h in heard])),
        _percent(share(outcome(h.sentence, h.dictation, understood=True) != "none" for h in heard)),
    ]


def _answered(heard: Heard, threshold: float) -> bool:
    understood = _kept(heard, threshold)
    return outcome(heard.sentence, heard.skills, understood=understood) != "none"


def roc(inside: list[Heard], outside: list[Heard]) -> str:
    rows = []
    for threshold in THRESHOLDS:
        kept = partial(_kept, threshold=threshold)
        closed = [outcome(h.sentence, h.skills, understood=kept(h)) for h in inside]
        rows.append(
            [
                f"**{threshold:g}**" if threshold == ACCEPT_AT else f"{threshold:g}",
                _percent(share(map(kept, inside))),
                _percent(share(not kept(h) for h in outside)),
                _percent(share(o == "right" for o in closed)),
                _percent(share(o == "wrong" for o in closed)),
                _percent(share(_answered(h, threshold) for h in outside)),
            ]
        )
    head = "threshold,inside: accepted,outside: rejected,inside: right,inside: wrong"
    return _table([*head.split(","), "outside: answered"], rows) + f"\n\n{_area(inside, outside)}"


def _kept(heard: Heard, threshold: float) -> bool:
    return bool(heard.skills) and heard.margin >= threshold


def _area(inside: list[Heard], outside: list[Heard]) -> str:
    wins = sum(
        (i.margin > o.margin) + 0.5 * (i.margin == o.margin) for i in inside for o in outside
    )
    return (
        f"Area under the curve {wins / len(inside) / len(outside):.3f}, "
        f"{len(inside)} hearings inside and {len(outside)} outside."
    )


def people_table(engine: Engine) -> str:
    by_kind: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for clip in human_clips(Path(folder)):
            heard = engine.transcribe(clip.wav_path, {}, lambda: False)
            skills, dictation = heard.hypotheses
            by_kind[clip.kind].append((clip.said, dictation.text, skills.accepted))
    rows = [
        [
            kind,
            str(len(clips)),
            str(sum(len(said.split()) for said, _, _ in clips)),
            _percent(error_rate([(said, text) for said, text, _ in clips])),
            _percent(share(not accepted for _, _, accepted in clips)),
        ]
        for kind, clips in by_kind.items()
    ]
    return _table(["clips", "number", "words", "WER dictation", "rejected by the skills"], rows)


def _table(head: Row, rows: Iterable[Row]) -> str:
    return "\n".join(map(_line, [head, ["---"] * len(head), *rows]))


def _line(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _print_into_page(text: str) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    page = f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{after}"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
