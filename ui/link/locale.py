"""Numbers and days as the system's locale writes them, for the view models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QTime

from ui.view_models.numbers import Numbers

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


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

    def day(self, date: datetime) -> str:  # noqa: D102
        return self._format(date, self._pattern(long=True))

    def short_day(self, date: datetime) -> str:  # noqa: D102
        return self._format(date, self._pattern(long=False))

    def month(self, date: datetime) -> str:  # noqa: D102
        return self._locale.standaloneMonthName(date.month, QLocale.FormatType.ShortFormat).rstrip(".")

    def weekday(self, date: datetime) -> str:  # noqa: D102
        return self._locale.standaloneDayName(date.isoweekday(), QLocale.FormatType.LongFormat)

    def short_weekday(self, date: datetime) -> str:  # noqa: D102
        return self._locale.standaloneDayName(date.isoweekday(), QLocale.FormatType.ShortFormat).rstrip(".")

    def clock(self, date: datetime) -> str:  # noqa: D102
        return self._locale.toString(QTime(date.hour, date.minute), QLocale.FormatType.ShortFormat)

    def _pattern(self, *, long: bool) -> str:
        """Day and month in the locale's own order, without weekday and year."""
        order = self._locale.dateFormat(QLocale.FormatType.ShortFormat).lower()
        month_first = order.find("m") < order.find("d")
        month = "MMMM" if long else "MMM"
        if self._locale.language() is QLocale.Language.German:
            return f"d. {month}"
        return f"{month} d" if month_first else f"d {month}"

    def _format(self, date: datetime, pattern: str) -> str:
        return self._locale.toString(QDate(date.year, date.month, date.day), pattern)
