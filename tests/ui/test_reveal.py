"""Both answers appear on one clock, by whole letters, and nothing of them before."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.states import ANSWER_A, ANSWER_B, ARENA, JUDGING, LONG_ANSWER, TAKE
from ui import theme
from ui.cadence import LONGEST_S, SLOWEST_PER_S, cadence_per_s
from ui.graphemes import cluster_ends
from ui.pages.arena import ArenaPage
from ui.reveal import RevealReport
from ui.state import ArenaState, CardState, Phase
from ui.widgets.answer_card import CUT, EMPTY
from ui.widgets.answer_text import AnswerText
from ui.window import MainWindow

REVEALING = replace(JUDGING, phase=Phase.REVEALING)
THAI = "สวัสดีครับ " * 12
CHINESE = "你好世界" * 30
EMOJI = "👨\u200d👩\u200d👧👍🏽🇩🇪e\u0301" * 20


@pytest.fixture
def page(window: MainWindow) -> ArenaPage:
    window.show_page("arena")
    return window.arena


def reveal(page: ArenaPage, qtbot: QtBot, state: ArenaState) -> RevealReport:
    with qtbot.waitSignal(page.revealed, timeout=20_000) as caught:
        page.draw(state)
    assert caught.args is not None
    report = caught.args[0]
    assert isinstance(report, RevealReport)
    return report


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_clusters_are_what_a_reader_sees() -> None:
    assert list(cluster_ends("abc")) == [1, 2, 3]
    assert list(cluster_ends("e\u0301x")) == [2, 3]
    assert len(cluster_ends("👨\u200d👩\u200d👧")) == 1
    assert len(cluster_ends("🇩🇪🇫🇷")) == 2
    assert len(cluster_ends("你好")) == 2
    assert len(cluster_ends("กำ")) <= 2


def test_no_reveal_is_longer_than_eight_seconds_or_faster_than_it_must() -> None:
    assert cadence_per_s(10) == cadence_per_s(1_000) == SLOWEST_PER_S
    assert cadence_per_s(65_536) == 65_536 / LONGEST_S


def test_nothing_is_painted_while_both_are_answering(page: ArenaPage, qtbot: QtBot) -> None:
    page.draw(replace(ARENA, phase=Phase.THINKING, take=TAKE))
    assert picture(page.judge.cards.a.text) == picture(page.judge.cards.b.text)
    assert page.judge.cards.a.text.toPlainText() == ""
    reveal(page, qtbot, REVEALING)
    assert picture(page.judge.cards.a.text) != picture(page.judge.cards.b.text)
    page.draw(replace(ARENA, phase=Phase.THINKING, take=TAKE))
    assert page.judge.cards.a.text.toPlainText() == page.judge.cards.b.text.toPlainText() == ""


def test_both_begin_together_and_end_by_length(page: ArenaPage, qtbot: QtBot) -> None:
    report = reveal(page, qtbot, REVEALING)
    assert report.clusters_a == len(ANSWER_A)
    assert report.clusters_b == len(ANSWER_B)
    assert report.clusters_per_s == SLOWEST_PER_S
    assert report.start_ms <= report.first_a_ms <= report.last_a_ms
    assert report.start_ms <= report.first_b_ms <= report.last_b_ms
    least_ms = (len(ANSWER_B) - 1) / SLOWEST_PER_S * 1000
    assert report.last_b_ms - report.start_ms >= least_ms
    assert not report.truncated_a


def test_the_same_letters_show_on_both_sides_at_every_moment(page: ArenaPage, qtbot: QtBot) -> None:
    a, b = page.judge.cards.a.text, page.judge.cards.b.text
    seen: list[tuple[int, int]] = []
    same = replace(REVEALING, card_a=CardState(THAI), card_b=CardState(CHINESE))
    page.draw(same)
    timer = page.judge.reveal.timer
    timer.timeout.connect(lambda: seen.append((a.shown, b.shown)))
    with qtbot.waitSignal(page.revealed):
        pass
    shorter = min(a.clusters, b.clusters)
    assert seen
    assert all(x == y for x, y in seen if max(x, y) < shorter)
    assert all(earlier <= later for earlier, later in pairwise(seen))


@pytest.mark.parametrize("text", [THAI, CHINESE, EMOJI, "مرحبا بالعالم " * 8, ANSWER_A])
def test_every_script_is_equally_fast(page: ArenaPage, qtbot: QtBot, text: str) -> None:
    report = reveal(page, qtbot, replace(REVEALING, card_a=CardState(text)))
    assert report.clusters_per_s == SLOWEST_PER_S
    assert report.clusters_a == len(cluster_ends(text))


def test_a_very_long_answer_is_cut_and_takes_eight_seconds(page: ArenaPage) -> None:
    page.draw(replace(REVEALING, card_a=CardState("word " * 200_000)))
    longest = page.judge.cards.a.text.clusters
    assert longest == 64 * 1024
    assert page.judge.reveal.clusters_per_s == longest / LONGEST_S
    page.draw(replace(JUDGING, card_a=CardState("word " * 200_000)))
    shown = [label.text() for label in page.judge.cards.a.findChildren(QLabel) if label.isVisible()]
    assert CUT in shown


def test_no_scroll_bar_tells_the_longer_answer_before_both_are_shown(page: ArenaPage) -> None:
    a, b = (card.text for card in (page.judge.cards.a, page.judge.cards.b))

    def bars() -> tuple[bool, bool]:
        QApplication.processEvents()
        return a.verticalScrollBar().isVisible(), b.verticalScrollBar().isVisible()

    texts = {"card_a": CardState(LONG_ANSWER), "card_b": CardState("Yes.")}
    page.draw(replace(REVEALING, **texts))
    assert a.verticalScrollBar().maximum() > 0
    assert bars() == (False, False)
    a.uncover(a.clusters - 1)
    b.uncover_all()
    assert bars() == (False, False)
    page.draw(replace(JUDGING, **texts))
    assert bars() == (True, False)
    theme.now.set_scale(1.5)
    theme.refresh()
    assert bars() == (True, False)
    page.draw(replace(REVEALING, number=9, card_a=CardState(LONG_ANSWER)))
    assert bars() == (False, False)


def test_more_is_uncovered_of_a_text_whose_width_changes_meanwhile(qtbot: QtBot) -> None:
    """Its last lines are laid out anew only when somebody asks for them."""
    text = AnswerText("Answer A")
    qtbot.addWidget(text)
    text.resize(300, 400)
    text.show()
    text.set_text("\n".join("word " * 400 for _ in range(30)))
    text.uncover(text.clusters // 2)
    for part, width in enumerate((900, 250, 800, 220)):
        text.resize(width, 400)
        text.uncover(text.clusters - 10 + part)
        assert text.shown == text.clusters - 10 + part


def test_an_answer_without_words_says_so_only_at_the_end(page: ArenaPage, qtbot: QtBot) -> None:
    state = replace(REVEALING, card_b=CardState(""))
    page.draw(state)
    assert page.judge.cards.b.words == ""
    with qtbot.waitSignal(page.revealed):
        pass
    assert page.judge.cards.b.words == EMPTY


def test_drawing_the_same_state_again_does_not_begin_again(page: ArenaPage, qtbot: QtBot) -> None:
    page.draw(REVEALING)
    text = page.judge.cards.a.text
    qtbot.waitUntil(lambda: text.shown > 20)
    page.draw(replace(REVEALING, device_label="Headset"))
    assert text.shown > 20
    with qtbot.waitSignal(page.revealed):
        pass
    with qtbot.assertNotEmitted(page.revealed, wait=0):
        page.draw(JUDGING)
    assert text.shown == text.clusters


def test_less_motion_shows_everything_at_once(page: ArenaPage, qtbot: QtBot) -> None:
    theme.now.reduced_motion = True
    report = reveal(page, qtbot, REVEALING)
    assert report.clusters_per_s == 0
    assert page.judge.cards.a.text.shown == len(ANSWER_A)


def test_a_covered_text_cannot_be_seen(qtbot: QtBot) -> None:
    text, empty = AnswerText("Answer"), AnswerText("Answer")
    for view, words in ((text, ANSWER_A), (empty, "")):
        qtbot.addWidget(view)
        view.resize(400, 300)
        view.set_text(words)
        view.show()
    assert picture(text) == picture(empty)


@pytest.mark.parametrize("shown", [1, 7, 30, 90, 150])
@pytest.mark.parametrize("words", [ANSWER_A, THAI, "مرحبا this is mixed مع العربية and back " * 5])
def test_only_what_is_uncovered_is_painted(qtbot: QtBot, words: str, shown: int) -> None:
    """Every pixel painted early is a pixel of the whole text, and grows with it."""
    view = AnswerText("Answer")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_text(words)
    view.show()
    ground = picture(view)
    view.uncover(shown)
    part = picture(view)
    view.uncover_all()
    whole = picture(view)
    inked = wrong = rest = 0
    for y in range(whole.height()):
        for x in range(whole.width()):
            here = part.pixel(x, y)
            if here != ground.pixel(x, y):
                inked += 1
                wrong += here != whole.pixel(x, y)
            rest += whole.pixel(x, y) != here
    assert inked > 0
    assert wrong == 0
    assert rest > 0 or shown >= view.clusters


@pytest.mark.parametrize("words", [ANSWER_A, THAI, EMOJI, "مرحبا this is mixed مع العربية " * 5])
def test_bit_by_bit_it_becomes_what_is_painted_at_once(qtbot: QtBot, words: str) -> None:
    view = AnswerText("Answer")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_text(words)
    with qtbot.waitExposed(view):
        view.show()

    def on_screen() -> QImage:
        QApplication.processEvents()
        return view.screen().grabWindow(view.winId()).toImage()

    for shown in range(1, view.clusters):
        view.uncover(shown)
        QApplication.processEvents()
    by_bits = on_screen()
    view.viewport().update()
    assert by_bits == on_screen()


def test_a_battle_seen_before_shows_everything(page: ArenaPage) -> None:
    page.draw(JUDGING)
    assert page.judge.cards.b.text.shown == len(ANSWER_B)
