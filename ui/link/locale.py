"""Numbers and days as the system's locale writes them, for the view models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLocale, QTime

from ui.view_models.numbers import DASH, Numbers

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_FIELD: Final = {
    "day": r"(?<!d)d{1,2}(?!d)[^\s',A-Za-z(]*",  # with the sign that some write behind it: "9.", "9日"
    "month": r"M+[^\s',A-Za-z(]*",
    "year": r"y+[^\s',A-Za-z(]*",
}
UNBROKEN: Final = "\u00a0"
"""A space at which no line ends."""


class LocaleNumbers(Numbers):
    """Asks Qt's locale for the few things that languages write in their own way."""

    def __init__(self, locale: QLocale, zone: tzinfo | None = None) -> None:
        super().__init__(zone)
        self._locale = locale

    def whole(self, number: int) -> str:  # noqa: D102
        return self._locale.toString(number).replace("-", "−")

    def decimal(self, number: float) -> str:  # noqa: D102
        text = f"{number:.6f}".rstrip("0").rstrip(".")
        places = len(text.partition(".")[2])
        if text in ("-0", ""):
            return self.whole(0)
        return self._locale.toString(number, "f", places).replace("-", "−")

    def with_unit(self, number: str, unit: str) -> str:  # noqa: D102
        return f"{number}{UNBROKEN}{unit}" if unit else number

    def day(self, date: datetime) -> str:  # noqa: D102
        return self._format(date, self._pattern("day", "month"))

    def short_day(self, date: datetime) -> str:  # noqa: D102
        return self._format(date, _shortened(self._pattern("day", "month")))

    def day_and_year(self, date: datetime) -> str:  # noqa: D102
        return self._format(date, self._pattern("day", "month", "year"))

    def day_alone(self, date: datetime) -> str:  # noqa: D102
        return self._format(date, self._pattern("day"))

    @property
    def day_first(self) -> bool:  # noqa: D102
        return self._pattern("day", "month").startswith("d")

    def short_days(self, first: datetime, last: datetime) -> str:  # noqa: D102
        pattern = _shortened(self._pattern("day", "month"))
        found = re.search(_FIELD["day"], pattern)
        assert found is not None, pattern
        days = f"{self.day_alone(first)}{DASH}{self.day_alone(last)}"
        before, after = pattern[: found.start()], pattern[found.end() :]
        return f"{self._format(last, before)}{days}{self._format(last, after)}"

    def month(self, date: datetime) -> str:  # noqa: D102
        return self._locale.standaloneMonthName(date.month, QLocale.FormatType.ShortFormat).rstrip(".")

    def weekday(self, date: datetime) -> str:  # noqa: D102
        return self._locale.standaloneDayName(date.isoweekday(), QLocale.FormatType.LongFormat)

    def short_weekday(self, date: datetime) -> str:  # noqa: D102
        return self._locale.standaloneDayName(date.isoweekday(), QLocale.FormatType.ShortFormat).rstrip(".")

    def clock(self, date: datetime) -> str:  # noqa: D102
        return self._locale.toString(QTime(date.hour, date.minute), QLocale.FormatType.ShortFormat)

    def _pattern(self, *fields: str) -> str:
        """The part of the locale's long date that holds these fields, in its order and with its signs."""
        whole = self._locale.dateFormat(QLocale.FormatType.LongFormat)
        found = [match for field in fields if (match := re.search(_FIELD[field], whole)) is not None]
        if len(found) < len(fields):
            return " ".join({"day": "d", "month": "MMMM", "year": "yyyy"}[field] for field in fields)
        return whole[min(one.start() for one in found) : max(one.end() for one in found)]

    def _format(self, date: datetime, pattern: str) -> str:
        return self._locale.toString(QDate(date.year, date.month, date.day), pattern) if pattern else ""


def _shortened(pattern: str) -> str:
    return pattern.replace("MMMM", "MMM")
