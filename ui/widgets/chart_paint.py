"""How a history is painted: every bucket equally tall, linear inside; thresholds as bands with words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPolygonF

from ui.theme import fonts, icons, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.data import History, Kind, Verdict
from ui.widgets.picture import box, half, hatch, pen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QPainter

_ALIGN = Qt.AlignmentFlag
_MARKS = 20
_EDGE = 8
"""Between all that is drawn and the focus ring."""


class Place(NamedTuple):
    """Where the parts of a chart stand."""

    plot: QRectF
    labels: float
    """The right end of the labels at the left."""
    boxes: float
    """The left edge of the column of boxes."""
    box: float
    """The side of a box."""
    words: bool
    """Whether there is room for words beside the lit box."""

    @classmethod
    def of(cls, history: History, width: float, height: float) -> Place:
        """The places within a widget of that size."""
        px, caption = fonts.px, fonts.metrics(Type.CAPTION, SEMIBOLD)
        label = max((caption.horizontalAdvance(step.edge) for step in history.steps), default=0)
        left = px(_EDGE) + label + px(10) + (px(_MARKS) if history.kind is Kind.LANES else 0)
        side = px(16)
        report = history.report
        told = 0.0
        if report is not None:
            told = px(10) + max(caption.horizontalAdvance(text) for text in (report.words, report.when))
        words = width - left - told > px(300)
        right = px(30) + side + (told if words else 0) + px(_EDGE)
        bottom = fonts.line(Type.CAPTION) + px(12)
        plot = QRectF(left, px(8), max(px(60), width - left - right), max(px(40), height - px(8) - bottom))
        return cls(plot, left - px(10), plot.right() + px(30), side, words)

    def day_x(self, day: float, days: int) -> float:
        """The left edge of a day's slot; its middle at half a day more."""
        return self.plot.left() + self.plot.width() * day / max(1, days)

    def day_at(self, x: float, days: int) -> int | None:
        """The day below that position."""
        if not days or not self.plot.left() <= x <= self.plot.right():
            return None
        return min(int((x - self.plot.left()) / self.plot.width() * days), days - 1)

    def step_y(self, step: float, steps: int) -> float:
        """The height of a step's lower edge; steps count from below."""
        return self.plot.bottom() - self.plot.height() * step / max(1, steps)

    def value_y(self, history: History, value: float) -> float:
        """The height of a value."""
        steps = len(history.steps)
        if history.kind is Kind.LANES:
            return self.step_y(value + 0.5, steps)
        return self.step_y(position(history, value), steps)


def position(history: History, value: float) -> float:
    """A value in steps from below: 2.5 is the middle of the third. Outside it stays at the border."""
    for number, step in enumerate(history.steps):
        if value < step.high or number == len(history.steps) - 1:
            share = (value - step.low) / max(step.high - step.low, 1e-12)
            return number + min(max(share, 0.0), 1.0)
    return 0.0


def paint(painter: QPainter, history: History, place: Place, at: int | None) -> None:
    """Paint the chart, with a cursor at day `at` if there is one."""
    _bands(painter, history, place)
    _gaps(painter, history, place)
    _axis(painter, history, place)
    _report(painter, history, place)
    if history.kind is Kind.LINE:
        _line(painter, history, place)
    elif history.kind is Kind.BARS:
        _bars(painter, history, place)
    else:
        _blocks(painter, history, place)
    _band_words(painter, history, place)
    _boxes(painter, history, place)
    if at is not None:
        _cursor(painter, history, place, at)


def bands(history: History) -> Iterator[tuple[Verdict, int, int]]:
    """Neighbouring steps of one verdict: (verdict, first step, step after the last), from below."""
    start = 0
    for number in range(1, len(history.steps) + 1):
        ends = number == len(history.steps) or history.steps[number].verdict != history.steps[start].verdict
        if ends:
            yield history.steps[start].verdict, start, number
            start = number


def _bands(painter: QPainter, history: History, place: Place) -> None:
    worn, plot, steps = scheme.tokens(), place.plot, len(history.steps)
    grounds = {Verdict.WARN: worn.band_warn, Verdict.BAD: worn.band_bad}
    for verdict, first, end in bands(history):
        if verdict in grounds:
            top, bottom = round(place.step_y(end, steps)), round(place.step_y(first, steps))
            painter.fillRect(QRectF(plot.left(), top, plot.width(), bottom - top), QColor(grounds[verdict]))
    painter.setFont(fonts.font(Type.CAPTION))
    for number, step in enumerate(history.steps):
        y = half(place.step_y(number, steps))
        before = history.steps[number - 1].verdict if number else step.verdict
        edge = {before, step.verdict}
        is_threshold = len(edge) > 1
        if number:
            painter.setPen(pen(worn.line))
            if is_threshold and Verdict.BAD in edge:
                painter.setPen(pen(worn.bad, 1.4))
            elif is_threshold:
                dashed = pen(worn.warn, 1.4)
                dashed.setDashPattern([3.0, 2.0])
                painter.setPen(dashed)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        lanes = history.kind is Kind.LANES
        middle = place.step_y(number + 0.5, steps) if lanes else y
        painter.setFont(fonts.font(Type.CAPTION, SEMIBOLD if is_threshold and not lanes else None))
        painter.setPen(QColor(worn.text if is_threshold and not lanes else worn.text2))
        tall = fonts.line(Type.CAPTION)
        label = QRectF(0, middle - tall / 2, place.labels, tall)
        painter.drawText(label, int(_ALIGN.AlignRight | _ALIGN.AlignVCenter), step.edge)
        if lanes:
            size = fonts.px(12)
            icons.paint(
                painter, f"verdict-{step.verdict}", QRectF(fonts.px(_EDGE), middle - size / 2, size, size)
            )


def _gaps(painter: QPainter, history: History, place: Place) -> None:
    worn, days = scheme.tokens(), len(history.days)
    start: int | None = None
    for number in range(days + 1):
        missing = number < days and history.days[number].value is None
        if missing and start is None:
            start = number
        elif not missing and start is not None:
            left, right = place.day_x(start, days), place.day_x(number, days)
            gap = QRectF(left, place.plot.top(), right - left, place.plot.height())
            painter.fillRect(gap, QColor(worn.surface))
            hatch(painter, gap, worn.control)
            painter.setPen(pen(worn.control))
            for x in (half(left), half(right)):
                painter.drawLine(QPointF(x, gap.top()), QPointF(x, gap.bottom()))
            start = None


def _axis(painter: QPainter, history: History, place: Place) -> None:
    worn, plot, days = scheme.tokens(), place.plot, len(history.days)
    ground = half(plot.bottom())
    painter.setPen(pen(worn.control))
    painter.drawLine(QPointF(plot.left(), ground), QPointF(plot.right(), ground))
    tall, top = fonts.line(Type.CAPTION), plot.bottom() + fonts.px(8)
    now = fonts.metrics(Type.CAPTION).horizontalAdvance(history.now)
    end = plot.right() + fonts.px(4)
    painter.setFont(fonts.font(Type.CAPTION))
    painter.setPen(QColor(worn.text2))
    painter.drawText(
        QRectF(end - now, top, now + 2, tall), int(_ALIGN.AlignLeft | _ALIGN.AlignVCenter), history.now
    )
    limit = end - now - fonts.px(6)
    reported = None if history.report is None else history.report.span
    # The report's own stretch is named first, whatever the others leave.
    names = sorted(range(len(history.spans)), key=lambda number: number != reported)
    places: list[tuple[float, float]] = []
    for number in names:
        span = history.spans[number]
        left, right = place.day_x(span.first, days), place.day_x(span.last + 1, days)
        if span.first > 0:
            painter.setPen(pen(worn.control))
            painter.drawLine(QPointF(half(left), ground), QPointF(half(left), ground + fonts.px(5)))
        weight = SEMIBOLD if number == reported else None
        wide = fonts.metrics(Type.CAPTION, weight).horizontalAdvance(span.label)
        start = min((left + right - wide) / 2, limit - wide)
        cramped = start < plot.left() - 4 or wide > right - left + fonts.px(12)
        if cramped or any(start < e + 6 and start + wide + 6 > s for s, e in places):
            continue
        places.append((start, start + wide))
        painter.setFont(fonts.font(Type.CAPTION, weight))
        painter.setPen(QColor(worn.text if weight else worn.text2))
        painter.drawText(
            QRectF(start, top, wide + 2, tall), int(_ALIGN.AlignLeft | _ALIGN.AlignVCenter), span.label
        )


def _report(painter: QPainter, history: History, place: Place) -> None:
    report = history.report
    if report is None:
        return
    worn, days = scheme.tokens(), len(history.days)
    steps = len(history.steps)
    middle = place.step_y(report.step + 0.5, steps)
    dotted = pen(worn.accent, 1.2)
    dotted.setDashPattern([1.0, 2.0])
    span = history.spans[report.span]
    left, right = place.day_x(span.first, days), place.day_x(span.last + 1, days)
    if history.kind is Kind.LANES or report.value is None:
        painter.setPen(dotted)
        painter.drawLine(QPointF(place.plot.right(), middle), QPointF(place.boxes - 2, middle))
        return
    y = place.value_y(history, report.value)
    painter.setPen(pen(worn.accent, 3))
    painter.drawLine(QPointF(left, y), QPointF(right, y))
    painter.setPen(dotted)
    painter.drawPolyline(
        QPolygonF([QPointF(right, y), QPointF(place.plot.right() + 4, y), QPointF(place.boxes - 2, middle)])
    )


def _line(painter: QPainter, history: History, place: Place) -> None:
    worn, days = scheme.tokens(), len(history.days)
    drawn = pen(worn.text, 2)
    drawn.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    drawn.setCapStyle(Qt.PenCapStyle.RoundCap)
    piece: list[QPointF] = []
    last: QPointF | None = None
    end = place.plot.right()
    for number in range(days + 1):
        value = history.days[number].value if number < days else None
        if value is not None:
            piece.append(QPointF(place.day_x(number + 0.5, days), place.value_y(history, value)))
            continue
        if piece:
            painter.setPen(drawn)
            painter.drawPolyline(QPolygonF(thinned(piece))) if len(piece) > 1 else painter.drawPoint(piece[0])
            last = piece[-1]
            end = place.day_x(number, days) if number < days else place.plot.right()
        piece = []
    if last is None:
        return
    painter.setPen(pen(worn.surface, 1.5))
    painter.setBrush(QColor(worn.text))
    painter.drawEllipse(last, 4.5, 4.5)
    if history.last:
        wide = fonts.metrics(Type.CAPTION, SEMIBOLD).horizontalAdvance(history.last)
        tall = fonts.line(Type.CAPTION)
        below = last.y() + tall + 8 < place.plot.bottom()
        top = last.y() + 6 if below else last.y() - tall - 6
        left = min(last.x() - wide / 2, end - wide - 3)  # clear of days that were not measured
        painter.setFont(fonts.font(Type.CAPTION, SEMIBOLD))
        painter.setPen(QColor(worn.text))
        painter.drawText(
            QRectF(left, top, wide + 2, tall), int(_ALIGN.AlignLeft | _ALIGN.AlignVCenter), history.last
        )


def thinned(points: list[QPointF]) -> list[QPointF]:
    """The same line with at most the lowest and the highest point of each pixel column."""
    if len(points) < 2 * abs(points[-1].x() - points[0].x()) + 2:
        return points
    columns: dict[int, list[QPointF]] = {}
    for point in points:
        columns.setdefault(int(point.x()), []).append(point)
    kept: list[QPointF] = []
    for column in columns.values():
        ends = {id(p): p for p in (min(column, key=QPointF.y), max(column, key=QPointF.y))}
        kept += [p for p in column if id(p) in ends]
    return kept


def _bars(painter: QPainter, history: History, place: Place) -> None:
    worn, days = scheme.tokens(), len(history.days)
    ground = place.plot.bottom()
    for number, day in enumerate(history.days):
        if day.value is None:
            continue
        left, right = place.day_x(number, days), place.day_x(number + 1, days)
        gap = min(2.0, (right - left) / 4)
        y = min(place.value_y(history, day.value), ground - 2)
        painter.fillRect(
            QRectF(left + gap, y, max(1.0, right - left - 2 * gap), ground - y), QColor(worn.text)
        )


def _blocks(painter: QPainter, history: History, place: Place) -> None:
    worn, days = scheme.tokens(), len(history.days)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(worn.text))
    for number, day in enumerate(history.days):
        if day.value is None:
            continue
        left, right = place.day_x(number, days), place.day_x(number + 1, days)
        side = min(right - left - 2, fonts.px(12))
        middle = QPointF((left + right) / 2, place.value_y(history, day.value))
        painter.drawRoundedRect(QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side), 2.5, 2.5)


def _band_words(painter: QPainter, history: History, place: Place) -> None:
    if history.kind is Kind.LANES:
        return  # each lane has its mark and name
    worn, words = scheme.tokens(), dict(history.verdict_words)
    colours = {Verdict.OK: worn.ok, Verdict.WARN: worn.warn, Verdict.BAD: worn.bad}
    tall, left = fonts.line(Type.CAPTION), place.plot.left() + fonts.px(8)
    painter.setFont(fonts.font(Type.CAPTION, SEMIBOLD))
    for verdict, first, end in bands(history):
        text = words.get(verdict, "")
        if not text or verdict not in colours:
            continue
        wide = fonts.metrics(Type.CAPTION, SEMIBOLD).horizontalAdvance(text)
        top, bottom = place.step_y(end, len(history.steps)), place.step_y(first, len(history.steps))
        spots = [(top + bottom - tall) / 2, top + 3, bottom - tall - 3]
        if bottom - top > 3 * tall:
            spots.insert(0, top + fonts.px(4) if verdict == Verdict.OK else (top + bottom - tall) / 2)
        blocked = _heights(history, place, left - 6, left + wide + 6)
        spot = next((s for s in spots if not any(s - 3 <= y <= s + tall + 3 for y in blocked)), spots[0])
        ground = {Verdict.WARN: worn.band_warn, Verdict.BAD: worn.band_bad}.get(verdict, worn.surface)
        if history.kind is Kind.BARS or not any(spot - 3 <= y <= spot + tall + 3 for y in blocked):
            # no edge, hatching or bar through a word; a history's own line is never cut
            painter.fillRect(QRectF(left - 3, spot, wide + 6, tall), QColor(ground))
        painter.setPen(QColor(colours[verdict]))
        painter.drawText(
            QRectF(left, spot, wide + 2, tall), int(_ALIGN.AlignLeft | _ALIGN.AlignVCenter), text
        )


def _heights(history: History, place: Place, left: float, right: float) -> list[float]:
    """Where what is drawn runs between two positions; bars fill all below."""
    found: list[float] = []
    for number, day in enumerate(history.days):
        x = place.day_x(number + 0.5, len(history.days))
        if day.value is None or not left - 10 <= x <= right + 10:
            continue
        y = place.value_y(history, day.value)
        found.append(y)
        if history.kind is Kind.BARS:
            found += [y + step for step in range(0, int(place.plot.bottom() - y), 6)]
    return found


def _boxes(painter: QPainter, history: History, place: Place) -> None:
    worn, steps, report = scheme.tokens(), len(history.steps), history.report
    side = place.box
    for number in range(steps):
        middle = place.step_y(number + 0.5, steps)
        lit = report is not None and report.step == number
        box(painter, QRectF(place.boxes, round(middle - side / 2), side, side), lit)
        if lit and report is not None and place.words:
            left, tall = place.boxes + side + fonts.px(8), fonts.line(Type.CAPTION)
            room = 400.0
            painter.setFont(fonts.font(Type.CAPTION, SEMIBOLD))
            painter.setPen(QColor(worn.accent))
            top = min(middle - tall / 2, place.plot.bottom() - 2 * tall + fonts.px(4))
            flags = int(_ALIGN.AlignLeft | _ALIGN.AlignVCenter)
            painter.drawText(QRectF(left, top, room, tall), flags, report.words)
            painter.setFont(fonts.font(Type.CAPTION))
            painter.setPen(QColor(worn.text2))
            painter.drawText(QRectF(left, top + tall - 1, room, tall), flags, report.when)


def _cursor(painter: QPainter, history: History, place: Place, at: int) -> None:
    worn, plot, day = scheme.tokens(), place.plot, history.days[at]
    x = half(place.day_x(at + 0.5, len(history.days)))
    painter.setPen(pen(worn.accent))
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    if day.value is not None:
        painter.setPen(pen(worn.surface, 1.5))
        painter.setBrush(QColor(worn.accent))
        painter.drawEllipse(QPointF(x, place.value_y(history, day.value)), 4.5, 4.5)
    label = fonts.metrics(Type.CAPTION).horizontalAdvance(day.label)
    words = fonts.metrics(Type.CAPTION, SEMIBOLD).horizontalAdvance(day.words)
    tall, edge = fonts.line(Type.CAPTION), fonts.px(8)
    wide = max(label, words) + 2 * edge
    left = x + edge if x + edge + wide < plot.right() else x - edge - wide
    high = 2 * tall + fonts.px(8)
    is_high = day.value is not None and place.value_y(history, day.value) < plot.top() + high + fonts.px(12)
    top = plot.bottom() - high - fonts.px(6) if is_high else plot.top() + 4
    bubble = QRectF(half(max(left, 1)), half(top), int(wide), high)
    painter.setPen(pen(worn.control))
    painter.setBrush(QColor(worn.surface))
    painter.drawRoundedRect(bubble, 4, 4)
    flags = int(_ALIGN.AlignLeft | _ALIGN.AlignVCenter)
    line = QRectF(bubble.left() + edge, bubble.top() + fonts.px(4), wide, tall)
    painter.setPen(QColor(worn.text2))
    painter.setFont(fonts.font(Type.CAPTION))
    painter.drawText(line, flags, day.label)
    painter.setPen(QColor(worn.text))
    painter.setFont(fonts.font(Type.CAPTION, SEMIBOLD))
    painter.drawText(line.translated(0, tall), flags, day.words)
