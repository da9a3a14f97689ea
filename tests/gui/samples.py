"""What a device might show, for pictures and tests of the widgets."""

# ruff: noqa: E501, RUF007
from __future__ import annotations

import hashlib
import math

from ui.view_models.status import Icon, Status
from ui.widgets.data import (
    Answer,
    Bar,
    BitGroup,
    Cell,
    Choice,
    ChoiceTable,
    Day,
    Field,
    Fish,
    Flow,
    History,
    Kind,
    Metric,
    Notice,
    ReportMark,
    Span,
    State,
    Station,
    Step,
    Stop,
    Trend,
    Verdict,
)

OK, WARN, BAD, UNKNOWN = Verdict.OK, Verdict.WARN, Verdict.BAD, Verdict.UNKNOWN
WORDS = ((OK, "OK"), (WARN, "Warn"), (BAD, "Bad"), (UNKNOWN, "Unknown"))
LEGEND = (
    ("state-delivered", "Delivered"),
    ("state-withheld", "Withheld, zeros delivered"),
    ("state-held", "Held"),
    ("state-late", "Too late, not sent"),
    ("state-refused", "Refused"),
    ("state-sending", "On its way"),
    ("state-dropped", "Dropped"),
    ("state-nothing", "Nothing sent"),
)
REQUIRED = Notice(
    "Sharing is required by Nordwerk under works agreement 12/2026.",
    "Questions: works-council@nordwerk.example. You can still see every byte, and erase.",
    mark="padlock",
)
TOGETHER = Notice(
    "One operator holds both pieces.", "Nordwerk IT runs both servers and could read your answers."
)
STOPPED = Notice(
    "Shoal stopped measuring on Tuesday, 17 November, at 16:02.",
    "What you see is two days old. The system ended its background process when memory ran out.",
    "Start measuring",
)
LIMITS = (
    "If both operators broke their agreement and put their pieces together, they could read your answers; that is "
    "why they must be separate. Somebody who knew every other computer's answers and guessed yours from the totals "
    "would be right **52 times in 100** for one answer, instead of 50."
)
HELP = (
    (
        "What it is",
        "The smaller of the free space on the system disk and in your home folder, at its lowest that day.",
    ),
    ("What helps", "Empty the trash and old downloads, then ask the help desk for a larger disk."),
    ("What it cannot show", "Which files are there, what they are, or whose."),
)


def fish(category: str) -> tuple[Fish, ...]:
    shape = {"Computer": (0, 1, 21, 1), "Network": (0, 0, 5, 7), "Apps": (0, 1, 6, 3)}[category]
    verdicts = [v for v, count in zip((BAD, WARN, OK, UNKNOWN), shape, strict=True) for _ in range(count)]
    return tuple(
        Fish(f"{category}.{n}", verdict, f"Check {n} of {category}: {dict(WORDS)[verdict]}")
        for n, verdict in enumerate(verdicts)
    )


def wave(count: int, middle: float, height: float) -> tuple[float, ...]:
    return tuple(middle + height * (math.sin(n * 0.9) + math.sin(n * 0.37 + 1)) / 2 for n in range(count))


def metric(
    id_: str, title: str, value: str, unit: str, verdict: Verdict, since: str, trend: Trend | None
) -> Metric:
    words = dict(WORDS)[verdict]
    spoken = ", ".join(part for part in (title, f"{value} {unit}".strip(), words, f"since {since}") if part)
    return Metric(id_, title, value, unit, verdict, words, since, trend, spoken)


FALLING = tuple(41 - 29 * (n / 29) ** 1.6 for n in range(30))
METRICS = (
    metric("free", "Free space", "12", "%", WARN, "9 Nov, 10 days", Trend(Kind.LINE, FALLING, 5, 45, WARN)),
    metric("drive", "Drive condition", "Failing", "", BAD, "13 Nov, 6 days",
           Trend(Kind.LANES, (0.0,) * 14 + (1.0,) * 7 + (3.0,) * 2 + (4.0,) * 5, 0, 4, BAD,
                 (OK,) * 14 + (WARN,) * 7 + (BAD,) * 7)),
    metric("start", "Start-up time", "41", "s", OK, "30+ days", Trend(Kind.LINE, wave(30, 41, 5), 20, 60, OK)),
    metric("restart", "Days since a full restart, which nobody likes to do on a busy afternoon", "12", "days", OK,
           "30+ days", Trend(Kind.LINE, tuple(n % 14 for n in range(30)), 0, 14, OK)),
    metric("crash", "Program crashes", "2", "this week", WARN, "17 Nov, 2 days",
           Trend(Kind.BARS, (0.0,) * 12 + (1.0,) + (0.0,) * 14 + (1.0, 1.0, 0.0), 0, 2, WARN)),
    metric("wifi", "Wi-Fi signal", "−58", "dBm", OK, "4 Nov, 15 days",
           Trend(Kind.LINE, (None,) * 8 + wave(22, -58, 8), -80, -40, OK)),
    metric("wall", "Firewall", "–", "", UNKNOWN, "15 Nov, 4 days", Trend(Kind.LANES, (0.0,) * 24 + (None,) * 6, 0, 1, OK)),
)  # fmt: skip

DAYS_OF = tuple(f"{['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][n % 7]}, {n % 30 + 1} November" for n in range(30))  # fmt: skip
SPANS = (Span(0, 1, "15–21 Oct"), Span(2, 8, "22–28 Oct"), Span(9, 15, "29 Oct–4 Nov"), Span(16, 22, "5–11 Nov"), Span(23, 29, "12–18 Nov"))  # fmt: skip


def free_space() -> History:
    edges = (0.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)
    verdicts = (BAD, BAD, WARN, WARN, WARN, OK, OK, OK)
    steps = tuple(
        Step(low, high, "" if number == 0 else f"{low:g} %", f"{low:g}–{high:g} %", verdicts[number])
        for number, (low, high) in enumerate(zip(edges, edges[1:], strict=False))
    )
    days = tuple(
        Day(
            None if 11 <= n <= 12 else value,
            DAYS_OF[n],
            "not measured" if 11 <= n <= 12 else f"{value:.0f} %, Warn",
        )
        for n, value in enumerate(FALLING)
    )
    return History(
        Kind.LINE, steps, days, SPANS, ReportMark(4, 3, 12.4, "10–15 %", "12–18 Nov"), WORDS, "now",
        "Free space, last 30 days", "From 41 % on 20 October down to 12 %. Not measured on two days.", "12 %",
    )  # fmt: skip


def drive() -> History:
    names = ("Healthy", "Wear 80 % or more", "Wear 100 % or more", "Warning", "Failing")
    verdicts = (OK, WARN, BAD, BAD, BAD)
    steps = tuple(Step(n, n + 1, name, name, verdicts[n]) for n, name in enumerate(names))
    values = (0,) * 14 + (1,) * 7 + (3,) * 2 + (4,) * 5 + (None,) * 2
    days = tuple(Day(v, DAYS_OF[n], "not measured" if v is None else names[v]) for n, v in enumerate(values))
    return History(
        Kind.LANES, steps, days, SPANS, ReportMark(4, 4, None, "Failing", "12–18 Nov"), WORDS, "now",
        "Drive condition, last 30 days", "Healthy until 2 November, then worse; failing since 13 November.",
    )  # fmt: skip


def crashes() -> History:
    edges = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0)
    verdicts = (OK, WARN, WARN, BAD, BAD)
    labels = ("0", "1", "2–3", "4–7", "8 or more")
    steps = tuple(
        Step(low, high, "" if n == 0 else f"{low:g}", labels[n], verdicts[n])
        for n, (low, high) in enumerate(zip(edges, edges[1:], strict=False))
    )
    values = (0, 0, 1, 0, 0, 3, 0, 0, 0, 1) + (0,) * 9 + (None, None) + (0, 2, 0, 5, 1, 0, 9, 1, 2)
    days = tuple(Day(v, DAYS_OF[n], "not measured" if v is None else f"{v}") for n, v in enumerate(values))
    return History(
        Kind.BARS, steps, days, SPANS, ReportMark(4, 3, 6.0, "4–7", "12–18 Nov"), WORDS, "now",
        "Program crashes, last 30 days", "24 crashes on 10 of 28 days.",
    )  # fmt: skip


def today() -> History:
    steps = free_space().steps
    days = tuple(
        Day(14 + 3 * math.sin(n / 90) + (n * 7919 % 100) / 100, f"{n // 60:02}:{n % 60:02}", "14 %")
        for n in range(1000)
    )
    spans = tuple(Span(n * 120, min(n * 120 + 119, 999), f"{n * 2:02}:00") for n in range(9))
    return History(
        Kind.LINE,
        steps,
        days,
        spans,
        None,
        WORDS,
        "now",
        "Free space, today",
        "Between 11 and 18 % today.",
        "15 %",
    )


ANSWERS = tuple(
    Answer(id_, title, words, boxes, lit, f"{title}: {words}")
    for id_, title, words, boxes, lit in (
        ("start", "Start-up time", "30–45 s", 8, 2),
        ("signin", "Sign-in to usable desktop", "10–20 s", 7, 2),
        ("free", "Free space", "10–15 %", 8, 3),
        ("delay", "Disk delay", "2–5 ms", 8, 2),
        ("drive", "Drive condition", "Healthy", 5, 0),
        ("age", "Protection data age", "no answer", 6, None),
        ("rtt", "Response time of ordinary connections", "25–50 ms", 8, 2),
        ("resent", "Resent data", "0.1–0.5 %", 7, 1),
        ("wifi", "Wi-Fi signal", "−67 to −60 dBm", 8, 5),
        ("look", "Name lookup", "no answer", 7, None),
    )
)
BITS = tuple(
    BitGroup(
        f"m{n}", "".join("1" if bit == n % size else "0" for bit in range(size)), f"Check {n}, {size} numbers"
    )
    for n, size in enumerate(
        (8, 7, 7, 5, 5, 8, 8, 7, 5, 8, 8, 5, 2, 7, 5, 7, 5, 5, 2, 2, 2, 6, 6, 8, 7, 7, 8, 8, 8, 7, 7)
    )
)
FLOW = Flow(
    Station("This computer", "292 zeros and ones"),
    Station("IT Operations", "adds up everyone's pieces, adds noise"),
    Station("Works council", "adds up everyone's pieces, adds noise"),
    Station("Totals", "of at least 100 computers. A total of 40 may really be 21 to 59."),
    "This computer sends one piece to IT Operations and one to the works council. Each adds up everyone's pieces "
    "and adds noise; only the totals are joined.",
)
FLOW_TOGETHER = FLOW._replace(together="One operator holds both pieces")
BODY = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(192))[:6120]
FIELDS = (
    Field("id", 0, 16, "Report id", "0–15: 16 bytes", "16 random bytes, new for every report. They say nothing about this computer."),
    Field("period", 16, 8, "Period", "16–23: 8 bytes", "Number 2967: the week of 12 to 18 November 2026. Nothing finer."),
    Field("extensions", 24, 2, "Public extensions", "24–25: 2 bytes", "None."),
    Field("public", 26, 68, "Public share", "26–93: 68 bytes", "Lets both operators check the pieces without seeing what is in them."),
    Field("leader", 94, 5901, "Sealed for IT Operations", "94–5,994: 5,901 bytes", "Its piece of every number. Only the holder of key 7 can open it."),
    Field("helper", 5995, 125, "Sealed for the works council", "5,995–6,119: 125 bytes", "A seed from which its numbers grow. Only the holder of key 12 can open it."),
)  # fmt: skip
STOPS = (
    Stop(0.0, "08:41", "Sealed"),
    Stop(0.075, "Now, 11:20", "Held: 9 h 21 min left"),
    Stop(0.333, "From tonight, 20:41", "Leaves at a random moment, chosen by this computer"),
    Stop(1.0, "Friday, 20:41", "At the latest"),
)
MONTHS = {0: "Dec 2025", 4: "Jan 2026", 9: "Feb", 13: "Mar", 17: "Apr", 22: "May", 26: "Jun", 30: "Jul", 35: "Aug", 39: "Sep", 43: "Oct", 48: "Nov"}  # fmt: skip
STATES = {39: State.DELIVERED, 40: State.DELIVERED, 41: State.LATE, 42: State.DELIVERED, 43: State.WITHHELD, 44: State.DELIVERED, 45: State.REFUSED, 46: State.DELIVERED, 47: State.DROPPED, 48: State.DELIVERED, 49: State.SENDING, 50: State.HELD}  # fmt: skip
WEEKS = tuple(
    Cell(
        f"w{n}", STATES.get(n, State.NOTHING), f"Week {n}: {STATES.get(n, State.NOTHING)}", MONTHS.get(n, "")
    )
    for n in range(53)
)
DAYS = tuple(
    Cell(
        f"d{n}",
        State.DELIVERED if n > 200 and n % 9 else State.NOTHING,
        f"Day {n}",
        "Feb" if n == 60 else "",
        n % 7,
    )
    for n in range(300)
)
BARS = tuple(
    Bar(label, count, f"{label}: {count} computers")
    for label, count in (("0–3", 4), ("3–5", 9), ("5–10", 31), ("10–15", 48), ("15–20", 60), ("20–30", 140), ("30–50", 210), ("50+", 95))
)  # fmt: skip
CHOICES = (
    Choice("off", "Off", "Measure nothing, send nothing."),
    Choice("local", "Local", "Measure for you and the help desk. Send nothing."),
    Choice("share", "Share", "Send one sealed report a week."),
    Choice("quiet", "Quiet", "Send only zeros. To each operator it looks like Share."),
)
TABLE = ChoiceTable(
    CHOICES,
    (
        ("This computer measures", ("Nothing", "Yes, for you and the help desk", "Yes, for you and the help desk", "Yes, for you and the help desk")),
        ("It sends", ("Nothing", "Nothing", "One sealed report a week, at a random moment", "A report of zeros, in the same way")),
        ("IT Operations sees", ("Nothing", "Nothing", "That a computer at an address sent a report for the week; not what is in it", "The same as Share")),
        ("The network's administrator sees", ("Nothing", "Nothing", "Contact with dap.nordwerk.example", "The same as Share")),
    ),
    "share",
    "Your choice",
)  # fmt: skip
LIMITED = TABLE._replace(
    choices=tuple(
        c._replace(allowed=c.id in ("off", "local"), reason="" if c.id in ("off", "local") else "Your organisation allows no sending.")
        for c in CHOICES
    ),
    chosen="local",
)  # fmt: skip

HELD = Status(
    Icon.HELD, "Next report leaves tonight", "", "1 held", "Shoal: next report leaves tonight", False
)
WRONG = Status(
    Icon.ATTENTION, "the policy file has an error", "Not sending:", "", "Shoal: not sending", False
)
OFF = Status(Icon.OFF, "Nothing is sent", "", "", "Shoal: nothing is sent", False)
