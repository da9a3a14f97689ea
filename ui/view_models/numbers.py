"""Numbers, days and times as a person's language writes them.

`Numbers` writes English; the application gives a subclass that asks the system's locale for the few methods
of the first part. Times are UTC seconds. Days of periods and of roll-ups are UTC days; moments are shown on
this computer's clock, in the zone that is given.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from ui.words import translate

DAY: Final = 86_400
HOUR: Final = 3_600
MINUTE: Final = 60
DASH: Final = "–"
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Numbers:
    """How numbers and times are written. `zone` None: this computer's own."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone

    # -- what a locale writes in its own way

    def whole(self, number: int) -> str:
        """A whole number: "6,120", "−3"."""
        return f"{number:,}".replace("-", "−")

    def decimal(self, number: float) -> str:
        """A number with as many digits as it has, at most six: "0.4", "−61", "17"."""
        text = f"{number:,.6f}".rstrip("0").rstrip(".")
        return ("0" if text in ("-0", "") else text).replace("-", "−")

    def day(self, date: datetime) -> str:
        """A day and its month: "3 September"."""
        return f"{date.day} {_MONTHS[date.month - 1]}"

    def short_day(self, date: datetime) -> str:
        """The same in a table: "9 Nov"."""
        return f"{date.day} {self.month(date)}"

    def day_and_year(self, date: datetime) -> str:
        """A day of another year: "3 September 2025"."""
        return f"{self.day(date)} {date.year}"

    def day_alone(self, date: datetime) -> str:
        """A day whose month follows: "12"."""
        return str(date.day)

    @property
    def day_first(self) -> bool:
        """Whether the day stands before its month."""
        return True

    def short_days(self, first: datetime, last: datetime) -> str:
        """Days of one month, in a table: "12–18 Nov"."""
        return f"{first.day}{DASH}{self.short_day(last)}"

    def with_unit(self, number: str, unit: str) -> str:
        """A number and its unit, if any: "12 %"."""
        return f"{number} {unit}".strip()

    def month(self, date: datetime) -> str:
        """A month on an axis: "Nov"."""
        return _MONTHS[date.month - 1][:3]

    def weekday(self, date: datetime) -> str:
        """A day of the week: "Friday"."""
        return _WEEKDAYS[date.weekday()]

    def short_weekday(self, date: datetime) -> str:
        """The same in a table: "Fri"."""
        return self.weekday(date)[:3]

    def clock(self, date: datetime) -> str:
        """A time of day: "08:41"."""
        return f"{date:%H:%M}"

    # -- what follows from it

    def utc(self, t: float) -> datetime:
        """A UTC day's date."""
        return datetime.fromtimestamp(t, UTC)

    def local(self, t: float) -> datetime:
        """A moment on this computer's clock."""
        return datetime.fromtimestamp(t, UTC).astimezone(self.zone)

    def utc_day(self, t: float) -> str:
        """The UTC day that a moment lies in: "3 September"."""
        return self.day(self.utc(t))

    def short_utc_day(self, t: float) -> str:
        """The same in a table: "9 Nov"."""
        return self.short_day(self.utc(t))

    def local_day(self, t: float) -> str:
        """The day here: "3 September"."""
        return self.day(self.local(t))

    def dated(self, t: float, now: float) -> str:
        """The day here, with its year where that is another than now: "3 September 2025"."""
        date = self.local(t)
        return self.day(date) if date.year == self.local(now).year else self.day_and_year(date)

    def moment(self, t: float) -> str:
        """A moment in a table: "Thu 19 Nov, 08:41"."""
        date = self.local(t)
        return f"{self.short_weekday(date)} {self.short_day(date)}, {self.clock(date)}"

    def clock_at(self, t: float) -> str:
        """The time of day here."""
        return self.clock(self.local(t))

    def span(self, start: float, stop: float) -> str:
        """The UTC days of [start, stop): "12–18 Nov", "29 Oct–4 Nov", "9 Nov"; a demo's seconds by clock."""
        if stop - start < DAY:
            return f"{self.clock(self.utc(start))}:{self.utc(start).second:02d} UTC"
        first, last = self.utc(start), self.utc(stop - 1)
        if first.date() == last.date():
            return self.short_day(first)
        if (first.year, first.month) == (last.year, last.month):
            return self.short_days(first, last)
        return f"{self.short_day(first)}{DASH}{self.short_day(last)}"

    def long_span(self, start: float, stop: float) -> str:
        """The same in a sentence: "the week of 12 to 18 November", "9 November"."""
        first, last = self.utc(start), self.utc(stop - 1)
        if stop - start < DAY:
            return self.span(start, stop)
        if first.date() == last.date():
            return self.day(first)
        same = (first.year, first.month) == (last.year, last.month)
        begin = self.day_alone(first) if same and self.day_first else self.day(first)
        return translate("Numbers", "the week of {first} to {last}").format(first=begin, last=self.day(last))

    def lasting(self, seconds: float) -> str:
        """A length of time, to its two largest units: "9 h 21 min", "3 days", "40 s"."""
        seconds = max(0, int(seconds))
        if seconds >= 2 * DAY:
            return self.days(seconds // DAY)
        if seconds >= HOUR:
            hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
            if not minutes:
                return translate("Numbers", "{hours} h").format(hours=self.whole(hours))
            return translate("Numbers", "{hours} h {minutes} min").format(
                hours=self.whole(hours), minutes=self.whole(minutes)
            )
        if seconds >= MINUTE:
            return translate("Numbers", "{minutes} min").format(minutes=self.whole(seconds // MINUTE))
        return translate("Numbers", "{seconds} s").format(seconds=self.whole(seconds))

    def days(self, n: int) -> str:
        """ "10 days"."""
        return translate("Numbers", "%n days", None, n)

    def ago(self, seconds: float) -> str:
        """How long ago in words: "just now", "two minutes ago" as "2 minutes ago", "3 days ago"."""
        seconds = max(0, int(seconds))
        if seconds < MINUTE:
            return translate("Numbers", "just now")
        if seconds < 2 * HOUR:
            n = seconds // MINUTE
            return translate("Numbers", "%n minutes ago", None, n)
        if seconds < 2 * DAY:
            n = seconds // HOUR
            return translate("Numbers", "%n hours ago", None, n)
        n = seconds // DAY
        return translate("Numbers", "%n days ago", None, n)

    def size(self, count: int) -> str:
        """ "6,120 bytes"."""
        return translate("Numbers", "%n bytes", None, count)

    def within(self, t: float, now: float) -> str:
        """A coming moment as people say it: "tonight", "tomorrow", "on Friday"; here, on this clock."""
        date, today = self.local(t), self.local(now)
        if date.date() <= today.date():
            evening = date.hour >= 18
            return translate("Numbers", "tonight") if evening else translate("Numbers", "today")
        if date.date() == today.date() + timedelta(days=1):
            return translate("Numbers", "tomorrow")
        return translate("Numbers", "on {weekday}").format(weekday=self.weekday(date))
