"""The small widgets: what they show, what they tell, what clicks and keys do."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QPainter
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import samples as s
from tests.gui.conftest import colours, picture, told
from ui.theme.scheme import Look
from ui.theme.tokens import DARK, LIGHT, Scheme
from ui.widgets import marks, sparkline
from ui.widgets.answers import AnswerList, AnswerRow
from ui.widgets.bits import BitsView
from ui.widgets.boxes import Boxes
from ui.widgets.calendar import CalendarStrip
from ui.widgets.cards import Card, NoticeBar
from ui.widgets.choices import ChoiceButtons, ChoiceTableView
from ui.widgets.data import Kind, Notice, Trend, Verdict
from ui.widgets.flow import FlowDrawing
from ui.widgets.histogram import Histogram
from ui.widgets.metric_entry import MetricEntry
from ui.widgets.metric_row import MetricRow
from ui.widgets.picture import Picture
from ui.widgets.pieces import PiecesTable
from ui.widgets.progress import ProgressLine
from ui.widgets.scroll import ScrollPage
from ui.widgets.segments import Segments
from ui.widgets.shoal import ShoalStrip
from ui.widgets.texts import Prose, plain
from ui.widgets.timeline import Timeline

Show = Callable[..., Any]
KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def test_a_row_of_boxes_lights_one(show: Show) -> None:
    lit, none = show(Boxes(8, 3, "10–15 %")), show(Boxes(8, None, "no answer"))
    assert told(lit)[0] == "10–15 %"
    assert LIGHT.accent in colours(lit)
    assert LIGHT.accent not in colours(none)
    assert len({picture(show(Boxes(8, number, ""))) for number in range(8)}) == 8
    assert lit.sizeHint().width() == 8 * 12 + 7 * 3


def test_the_shoal_is_one_tab_stop_that_arrows_walk(show: Show, qtbot: QtBot) -> None:
    strip = show(ShoalStrip("Computer", "1 of 22 needs attention", s.fish("Computer")), 300)
    assert told(strip) == ("Computer", "1 of 22 needs attention", QAccessible.Role.Graphic)
    strip.setFocus()
    still = picture(strip)
    with qtbot.waitSignal(strip.opened) as opened:
        qtbot.keyClick(strip, KEY.Key_Right)
        qtbot.keyClick(strip, KEY.Key_Down)
        qtbot.keyClick(strip, KEY.Key_Return)
    assert opened.args == ["Computer.13"]  # 12 in the upper rank
    assert told(strip)[1] == "Check 13 of Computer: OK"
    assert picture(strip) != still
    for key, end in ((KEY.Key_End, 22), (KEY.Key_Right, 22), (KEY.Key_Home, 0), (KEY.Key_Left, 0)):
        qtbot.keyClick(strip, key)
        assert strip.current().id == f"Computer.{end}"


def test_a_fish_is_opened_by_a_click(show: Show, qtbot: QtBot) -> None:
    strip = show(ShoalStrip("Network", "all 5 OK", s.fish("Network")), 300)
    with qtbot.waitSignal(strip.opened) as opened:
        qtbot.mouseClick(strip, LEFT, pos=QPoint(2 + 22 * 2 + 8, 10))
    assert opened.args == ["Network.2"]
    with qtbot.assertNotEmitted(strip.opened):
        qtbot.mouseClick(strip, LEFT, pos=QPoint(290, 10))


def test_the_shoal_swims_the_other_way_in_other_scripts(show: Show, qtbot: QtBot) -> None:
    strip = ShoalStrip("Network", "", s.fish("Network"))
    strip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    show(strip, 150)
    qtbot.keyClick(strip, KEY.Key_Left)
    at = strip.current()
    assert at is not None and at.id == "Network.1"
    with qtbot.waitSignal(strip.opened) as opened:
        qtbot.mouseClick(strip, LEFT, pos=QPoint(strip.width() - 10, 10))
    assert opened.args == ["Network.0"]


class Sparkline(Picture):
    """The small history alone, without the row around it."""

    def __init__(self, trend: Trend) -> None:
        super().__init__("", "")
        self._trend = trend

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(*sparkline.SIZE)

    def draw(self, painter: QPainter) -> None:
        sparkline.paint(painter, QRectF(self.rect()), self._trend)


def test_a_small_history_has_a_colour_only_where_something_is_wrong(show: Show) -> None:
    values = (1.0, 2.0, None, 2.0, 3.0)
    for kind in Kind:
        seen = {
            verdict: colours(show(Sparkline(Trend(kind, values, 0, 4, verdict))))
            for verdict in (Verdict.OK, Verdict.WARN, Verdict.BAD)
        }
        assert LIGHT.warn in seen[Verdict.WARN] and LIGHT.bad in seen[Verdict.BAD]
        assert not {LIGHT.warn, LIGHT.bad, LIGHT.ok} & seen[Verdict.OK], kind


def test_a_gap_is_not_bridged(show: Show) -> None:
    whole = Sparkline(Trend(Kind.LINE, (1.0,) * 30, 0, 2, Verdict.OK))
    broken = Sparkline(Trend(Kind.LINE, (1.0,) * 10 + (None,) * 10 + (1.0,) * 10, 0, 2, Verdict.OK))
    image, gap = (show(one, 200).grab().toImage() for one in (whole, broken))
    middle = image.width() // 2, image.height() // 2
    ground = image.pixelColor(middle[0], 1)
    assert image.pixelColor(*middle) != ground
    assert gap.pixelColor(*middle) == ground


def test_a_metric_s_row_says_all_that_it_shows(show: Show, qtbot: QtBot) -> None:
    row = show(MetricRow(s.METRICS[0]), 1056)
    assert told(row)[0] == "Free space, 12 %, Warn, since 9 Nov, 10 days"
    assert told(row)[2] == QAccessible.Role.CheckBox
    assert {LIGHT.warn, LIGHT.text2} <= colours(row)
    closed = picture(row)
    qtbot.mouseClick(row, LEFT)
    assert row.isChecked() and picture(row) != closed
    assert row.heightForWidth(1056) == 44
    qtbot.keyClick(row, KEY.Key_Space)
    assert not row.isChecked() and row.heightForWidth(1056) == 38
    assert row.shown().id == "free"


def test_a_long_title_wraps_and_is_never_cut(look: Look) -> None:
    long = s.METRICS[3]
    assert MetricRow(long).heightForWidth(1056) > MetricRow(s.METRICS[2]).heightForWidth(1056)
    assert MetricRow(long).heightForWidth(680) >= MetricRow(long).heightForWidth(1056)
    assert MetricRow(s.METRICS[2]).heightForWidth(680) == 38


def test_a_narrow_row_has_no_small_history(show: Show) -> None:
    calm = s.METRICS[4]
    with_history = show(MetricRow(calm), 1056)
    without = MetricRow(calm._replace(trend=None))
    assert picture(with_history) != picture(show(without, 1056))
    assert picture(show(MetricRow(calm), 680)) == picture(show(MetricRow(calm._replace(trend=None)), 680))


def test_a_row_opens_its_detail_once_and_keeps_it(show: Show, qtbot: QtBot) -> None:
    made: list[str] = []

    def detail(id_: str) -> QWidget:
        made.append(id_)
        return Prose(f"about {id_}")

    entry = show(MetricEntry(s.METRICS[0], detail), 1056)
    assert made == []
    with qtbot.waitSignal(entry.toggled) as toggled:
        qtbot.mouseClick(entry.row, LEFT)
    assert toggled.args == ["free", True]
    found = entry.detail()
    assert found is not None and found.isVisible()
    qtbot.keyClick(entry.row, KEY.Key_Space)
    assert not found.isVisible()
    entry.open()
    assert made == ["free"] and entry.detail() is found
    entry.renew()
    assert made == ["free", "free"]


def test_segments_choose_one(show: Show, qtbot: QtBot) -> None:
    segments = show(Segments("Which", (("all", "All 34"), ("bad", "Needs attention 2")), "all"), 300)
    assert told(segments)[0] == "Which"
    with qtbot.waitSignal(segments.chosen) as chosen:
        qtbot.mouseClick(segments.button("bad"), LEFT)
    assert chosen.args == ["bad"] and segments.current() == "bad"
    segments.button("bad").setFocus()
    with qtbot.waitSignal(segments.chosen) as chosen:
        qtbot.keyClick(segments.button("bad"), KEY.Key_Left)
    assert chosen.args == ["all"]
    before = segments.sizeHint().width()
    with qtbot.assertNotEmitted(segments.chosen):
        segments.choose("bad")
    assert segments.current() == "bad" and segments.sizeHint().width() == before


def test_a_notice_has_one_button_at_most(show: Show, qtbot: QtBot) -> None:
    bar = show(NoticeBar(s.STOPPED), 1000)
    assert told(bar)[:2] == (s.STOPPED.title, s.STOPPED.text)
    assert {LIGHT.notice, LIGHT.bad} <= colours(bar)
    with qtbot.waitSignal(bar.pressed):
        qtbot.keyClick(bar.button, KEY.Key_Space)
    assert not show(NoticeBar(s.TOGETHER), 1000).button.isVisible()
    calm = show(NoticeBar(s.REQUIRED, calm=True), 1000)
    assert not {LIGHT.notice, LIGHT.bad} & colours(calm)


def test_answers_to_one_question_look_alike(show: Show, qtbot: QtBot) -> None:
    same = tuple(choice._replace(title="Answer", text="What follows.") for choice in s.CHOICES)
    buttons = show(ChoiceButtons("Choose one", same), 4 * 160 + 3 * 10)
    looks = [picture(buttons.button(choice.id)) for choice in same]
    buttons.window().setFocus()
    assert len({buttons.button(choice.id).size().toTuple() for choice in same}) == 1
    assert len(set(looks[1:])) == 1  # the first may have the window's focus
    assert not any(buttons.button(c.id).isDefault() or buttons.button(c.id).autoDefault() for c in same)
    with qtbot.waitSignal(buttons.chosen) as chosen:
        qtbot.mouseClick(buttons.button("quiet"), LEFT)
    assert chosen.args == ["quiet"]


def test_a_choice_that_is_not_left_says_why(show: Show, qtbot: QtBot) -> None:
    denied = s.CHOICES[2]._replace(allowed=False, reason="Your organisation allows no sending.")
    buttons = show(ChoiceButtons("Choose one", (s.CHOICES[0], denied)), 500)
    share = buttons.button("share")
    assert not share.isEnabled()
    assert share.toolTip() == told(share)[1] == denied.reason
    assert told(share)[0] == f"{denied.title}. {denied.text}"
    with qtbot.assertNotEmitted(buttons.chosen):
        qtbot.mouseClick(share, LEFT)


def test_the_table_of_choices_reads_out_its_columns(show: Show, qtbot: QtBot) -> None:
    table = show(ChoiceTableView("What leaves", s.TABLE), 1056)
    name, description, role = told(table.radio("quiet"))
    assert (name, role) == ("Quiet", QAccessible.Role.RadioButton)
    assert "It sends: A report of zeros, in the same way" in description
    before = picture(table)
    with qtbot.waitSignal(table.picked) as picked:
        qtbot.mouseClick(table.radio("local"), LEFT, pos=QPoint(10, 12))
    assert picked.args == ["local"]
    reader = QAccessible.queryAccessibleInterface(table.radio("off")).actionInterface()
    with qtbot.waitSignal(table.picked) as picked:
        reader.doAction(reader.actionNames()[0])
    assert picked.args == ["off"]
    assert not table.radio("off").isChecked()  # it is chosen when the page says so
    with qtbot.assertNotEmitted(table.picked):
        table.show_chosen("share")
    table.radio("share").clearFocus()
    assert table.radio("share").isChecked() and not table.radio("local").isChecked()
    with qtbot.assertNotEmitted(table.picked):
        table.show_chosen("off")
    assert picture(table) != before
    table.show_chosen(None)
    assert not any(table.radio(choice.id).isChecked() for choice in s.CHOICES)


def test_the_calendar_is_walked_and_picked(show: Show, qtbot: QtBot) -> None:
    strip = show(CalendarStrip("Everything since you chose", "A year", s.WEEKS, "w50"), 1056)
    assert told(strip)[:2] == ("Everything since you chose", "A year")
    strip.setFocus()
    qtbot.keyClick(strip, KEY.Key_Left)
    assert told(strip)[1] == "Week 49: sending"
    with qtbot.waitSignal(strip.picked) as picked:
        qtbot.keyClick(strip, KEY.Key_Return)
    assert picked.args == ["w49"]
    with qtbot.waitSignal(strip.picked) as picked:
        qtbot.mouseClick(strip, LEFT, pos=strip._place(41).center().toPoint())
    assert picked.args == ["w41"]
    before = picture(strip)
    with qtbot.assertNotEmitted(strip.picked):
        strip.pick("w3")
    assert picture(strip) != before


@pytest.mark.parametrize("width", [360, 680, 1056])
def test_every_period_of_the_calendar_is_inside(show: Show, width: int) -> None:
    strip = show(CalendarStrip("", "", s.WEEKS), width)
    places = [strip._place(number) for number in range(len(s.WEEKS))]
    assert all(place.left() >= 0 and place.right() <= width for place in places)
    assert all(a.right() < b.left() for a, b in itertools.pairwise(places))


def test_daily_reports_stand_in_seven_ranks(show: Show, qtbot: QtBot) -> None:
    strip = show(CalendarStrip("", "", s.DAYS), 1056)
    assert len({strip._place(number).top() for number in range(14)}) == 7
    strip.setFocus()
    qtbot.keyClick(strip, KEY.Key_Home)
    qtbot.keyClick(strip, KEY.Key_Right)
    assert strip.current().id == "d7"
    qtbot.keyClick(strip, KEY.Key_Up)
    assert strip.current().id == "d6"


def test_a_histogram_marks_the_own_box(show: Show, qtbot: QtBot) -> None:
    own, none = show(Histogram("All", "", s.BARS, 3), 520), show(Histogram("All", "", s.BARS), 520)
    assert LIGHT.accent in colours(own) and LIGHT.accent not in colours(none)
    qtbot.keyClick(own, KEY.Key_End)
    assert told(own)[1] == "50+: 95 computers"


def test_the_flow_is_told_in_words_and_says_in_red_who_holds_both(show: Show) -> None:
    drawing = show(FlowDrawing("Who gets which piece", s.FLOW), 1000)
    assert told(drawing)[:2] == ("Who gets which piece", s.FLOW.text)
    assert LIGHT.bad not in colours(drawing)
    assert LIGHT.bad in colours(show(FlowDrawing("", s.FLOW_TOGETHER), 1000))
    assert drawing.heightForWidth(400) > drawing.heightForWidth(1000)


def test_the_timeline_shows_how_far_it_is(show: Show) -> None:
    early = show(Timeline("The held report", "9 h left", s.STOPS, 0.1, 0.3), 900)
    assert told(early)[:2] == ("The held report", "9 h left")
    before = picture(early)
    early.show_stops("The held report", "5 h left", s.STOPS, 0.2, 0.3)
    assert picture(early) != before and told(early)[1] == "5 h left"


def test_one_answer_is_followed_over_all_lists(show: Show, qtbot: QtBot) -> None:
    group = QButtonGroup()
    one, two = (show(AnswerList("A", part, group, 8), 440) for part in (s.ANSWERS[:5], s.ANSWERS[5:]))
    with qtbot.waitSignal(one.followed) as followed:
        qtbot.mouseClick(one.rows["free"], LEFT)
    assert followed.args == ["free"]
    with qtbot.waitSignal(two.followed):
        qtbot.mouseClick(two.rows["wifi"], LEFT)
    assert not one.rows["free"].isChecked()
    with qtbot.assertNotEmitted(one.followed):
        one.follow("start")
    assert one.rows["start"].isChecked()
    assert told(one.rows["free"])[0] == "Free space: 10–15 %"


def test_no_verdict_s_colour_is_in_a_report(show: Show, look: Look) -> None:
    for worn in (LIGHT, DARK):
        look.force(worn.scheme)
        row = show(AnswerRow(s.ANSWERS[2], 8), 440)
        bits = show(BitsView("Bits", "", s.BITS), 800)
        verdicts = {worn.ok, worn.warn, worn.warn_fill, worn.bad}
        assert not verdicts & (colours(row) | colours(bits))
        assert verdicts & colours(show(marks.verdict(Verdict.BAD, "Bad")))  # what it would look like
        assert worn.scheme in Scheme


def test_bits_are_walked_question_by_question(show: Show, qtbot: QtBot) -> None:
    view = show(BitsView("Bits", "292 zeros and ones", s.BITS, "m9"), 900)
    assert view.current().id == "m9"
    with qtbot.waitSignal(view.followed) as followed:
        qtbot.keyClick(view, KEY.Key_Right)
    assert followed.args == ["m10"] and told(view)[1] == "Check 10, 8 numbers"
    with qtbot.waitSignal(view.followed) as followed:
        qtbot.mouseClick(view, LEFT, pos=view._places(900)[4].center().toPoint())
    assert followed.args == ["m4"]
    assert view.heightForWidth(400) > view.heightForWidth(900)
    assert all(place.right() <= 400 for place in view._places(400))


def test_prose_has_bold_words_and_links_that_keys_follow(show: Show, qtbot: QtBot) -> None:
    words = "See **Who decides** or [all 3 readings](readers)."
    prose = show(Prose(words), 600)
    assert told(prose)[0] == plain(words) == "See Who decides or all 3 readings."
    assert {LIGHT.text, LIGHT.accent, LIGHT.text2} <= colours(prose)
    prose.setFocus()
    with qtbot.waitSignal(prose.linked) as linked:
        qtbot.keyClick(prose, KEY.Key_Tab)
        qtbot.keyClick(prose, KEY.Key_Return)
    assert linked.args == ["readers"]
    assert Prose("plain").focusPolicy() is Qt.FocusPolicy.NoFocus
    assert "&lt;b&gt;" in Prose("<b>not ours</b>").text()


def test_prose_is_as_tall_as_its_lines_even_where_it_is_kept_narrow(look: Look, qtbot: QtBot) -> None:
    prose = Prose(s.LIMITS, width=300)
    qtbot.addWidget(prose)
    assert prose.heightForWidth(1_000) == prose.heightForWidth(300) > 7 * 20


def test_a_page_is_a_column_of_limited_width(show: Show, qtbot: QtBot) -> None:
    page = ScrollPage("A page")
    headline = page.add_headline("32 of 34 checks need no attention, 2 do.")
    card = Card("A card")
    page.add(card)
    show(page, 1000, 600)
    assert card.mapTo(page, QPoint()).x() == 32 and headline.font().pixelSize() == 26
    with qtbot.waitSignal(page.narrowed) as narrowed:
        page.resize(720, 520)
    assert narrowed.args == [True]
    qtbot.waitUntil(lambda: card.mapTo(page, QPoint()).x() == 20)
    assert headline.font().pixelSize() == 22
    page.resize(1900, 800)
    qtbot.waitUntil(lambda: card.width() == 1120)
    left = card.mapTo(page, QPoint()).x()
    assert abs(left - (page.viewport().width() - 1120) / 2) <= 2


def test_a_page_shows_notices_above_its_headline(show: Show, qtbot: QtBot) -> None:
    page = ScrollPage("A page")
    headline = page.add_headline("Nothing needs attention.")
    show(page, 1000, 600)
    page.show_notices([s.STOPPED._replace(action="start"), Notice("Only to be known", "", is_calm=True)])
    bars = page.findChildren(NoticeBar)
    qtbot.waitUntil(lambda: bars[0].isVisible())
    qtbot.waitUntil(lambda: bars[0].mapTo(page, QPoint()).y() < headline.mapTo(page, QPoint()).y())
    with qtbot.waitSignal(page.acted) as acted:
        qtbot.mouseClick(bars[0].button, LEFT)
    assert acted.args == ["start"]
    page.show_notices([])
    qtbot.waitUntil(lambda: not page.findChildren(NoticeBar))


def test_progress_is_hidden_until_something_runs(show: Show) -> None:
    line = show(ProgressLine("Verifying"), 400)
    line.finish()
    assert not line.isVisible()
    line.show_progress(3, 5, "3 of 5 reports recomputed")
    assert line.isVisible() and told(line.bar)[:2] == ("Verifying", "3 of 5 reports recomputed")


def test_the_focus_ring_is_seen_and_moves_nothing(show: Show, qtbot: QtBot) -> None:
    holder = QWidget()
    button = QPushButton("Verify", holder)
    button.adjustSize()
    other = QPushButton("Other", holder)
    other.move(0, 60)
    show(holder, 200, 120)
    holder.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    before, size = picture(button), button.sizeHint()
    button.setFocus()
    assert picture(button) != before and button.sizeHint() == size


def test_a_row_is_mirrored_where_a_script_runs_from_right_to_left(show: Show, qapp: object) -> None:
    """Mark and title change sides; the small history stays as time runs."""
    hebrew = s.METRICS[0]._replace(title="שטח פנוי", verdict_words="אזהרה", unit="", since="")
    row = MetricRow(hebrew)
    row.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    image = show(row, 1056).grab().toImage()
    straight = show(MetricRow(hebrew), 1056).grab().toImage()

    def painted(picture: Any, left: int, right: int) -> bool:
        ground = picture.pixelColor(500, 3)  # of a hovered row too
        columns = range(left, right)
        return any(picture.pixelColor(x, y) != ground for x in columns for y in range(picture.height()))

    assert painted(straight, 40, 120) and not painted(straight, 960, 1016)
    assert painted(image, 950, 1016) and not painted(image, 45, 120)


def test_prose_is_as_tall_as_what_it_says_now(show: Show) -> None:
    prose = show(Prose("Short."), 300)
    low = prose.heightForWidth(300)
    assert prose.heightForWidth(300) == low
    prose.say("A sentence that needs more than the one line which the short one had before it. " * 3)
    assert prose.heightForWidth(300) > 2 * low
    assert prose.heightForWidth(150) > prose.heightForWidth(300)
    before = prose.heightForWidth(300)
    prose.setContentsMargins(0, 20, 0, 20)
    assert prose.heightForWidth(300) == before + 40
    larger = prose.font()
    larger.setPixelSize(larger.pixelSize() * 2)
    prose.setFont(larger)
    assert prose.heightForWidth(300) > 2 * before


def test_heads_of_the_pieces_break_where_a_word_is_too_long(show: Show) -> None:
    """Where text is three times as large, a column has room for four digits and hardly for a word."""
    table = PiecesTable()
    heads = ("Free disk space", "Generaldirektion gets", "Works council gets", "Added")
    table.show_pieces("Pieces", heads, [("10–15 %", "0123456789abcdef" * 2, "fedcba9876543210" * 2, 1)])
    show(table, 800)
    head = table.horizontalHeader()

    def shown() -> list[str]:
        return [str(head.model().headerData(n, Qt.Orientation.Horizontal)) for n in range(4)]

    assert tuple(shown()) == heads
    table.resize(330, table.height())
    assert "\u00ad" in shown()[1] and [words.replace("\u00ad", "") for words in shown()] == list(heads)
    metrics = head.fontMetrics()
    for column in (1, 2):
        parts = shown()[column].replace("\u00ad", "- ").split()
        assert max(map(metrics.horizontalAdvance, parts)) <= head.sectionSize(column) - 2 * 9
    spoken = head.model().headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == heads[1]
    table.resize(800, table.height())
    assert tuple(shown()) == heads
