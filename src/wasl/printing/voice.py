"""How paper speaks: language, digits, days and places as whoever prints it reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from wasl.kernel.months import ONCE
from wasl.kernel.naming import name_in
from wasl.wording import Params, all_words
from wasl.wording.months import MONTHS

EASTERN = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


@dataclass(frozen=True)
class Voice:
    """A language, `ar` or `en`, and whether figures are shown in Eastern digits. Codes never are."""

    language: str = "ar"
    eastern: bool = False

    @property
    def numerals(self) -> str:
        """Return how typst counts pages."""
        return "١" if self.eastern else "1"

    def say(self, code: str, /, **params: object) -> str:
        """Return the words for a code; the bare code where there are none."""
        arabic, english = all_words().get(code) or (code, code)
        return (english if self.language == "en" else arabic).format_map(Params(params))

    def name(self, arabic: str | None, english: str | None) -> str:
        """Return a name in this language, Arabic where English lacks."""
        return name_in(self.language, arabic or "", english or "")

    def figures(self, text: str) -> str:
        """Return figures in the digits that are shown."""
        return text.translate(EASTERN) if self.eastern else text

    def number(self, value: int | Decimal) -> str:
        """Return a number with separators, without zeros at its end."""
        if isinstance(value, int):
            return self.figures(f"{value:,}")
        whole = f"{value:,f}"
        return self.figures(whole.rstrip("0").rstrip(".") if "." in whole else whole)

    def quantity(self, value: Decimal | int | None, unit: str) -> str:
        """Return a quantity with its unit; empty where nobody stated one."""
        if value is None:
            return ""
        code = f"families.unit.{unit}"
        return f"{self.number(value)} {self.say(code) if code in all_words() else unit}".strip()

    def pounds(self, piastres: int | None) -> str:
        """Return money in pounds; empty where nobody stated any."""
        return "" if piastres is None else self.say("print.pounds", n=self.number(Decimal(piastres) / 100))

    def month(self, month: date) -> str:
        """Return مارس 2026."""
        return self.figures(f"{MONTHS[self.language][month.month - 1]} {month.year}")

    def months(self, first: date, last: date) -> str:
        """Return the months covered, both ends named."""
        if first == ONCE:
            return self.say("print.once")
        if first == last:
            return self.month(first)
        return self.say("print.months", first=self.month(first), last=self.month(last))

    def day(self, day: date | datetime) -> str:
        """Return 12 مارس 2026, by Cairo's clock."""
        if isinstance(day, datetime):
            day = timezone.localtime(day).date()
        return f"{self.figures(str(day.day))} {self.month(day)}"

    def place(self, *names: str) -> str:
        """Return a place from the smallest to the largest, what is unknown left out."""
        return self.say("print.comma").join(name for name in names if name)
