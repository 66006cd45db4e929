"""What of the review queue an address asks for; it goes along from pair to pair."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from wasl.benefits.queries.choices import Choices
from wasl.kernel.errors import InvalidInput
from wasl.linkage.review import ReviewFilter, Source
from wasl.web.tables import read_choice, read_code

SOURCES = tuple(source.value for source in Source)
_LARGEST = 2_000_000_000


@dataclass(frozen=True)
class Question:
    """A filter of the queue, and the place after which to read on."""

    wanted: ReviewFilter
    after: int = 0

    @property
    def shows_doubts(self) -> bool:
        """Tell whether doubts, which come before everything else, are asked for."""
        return self.wanted == ReviewFilter() or self.wanted.source == Source.DOUBT

    @property
    def is_sample(self) -> bool:
        """Tell whether only what is asked blind is wanted."""
        return self.wanted.source == Source.SAMPLE

    def query(self, **more: object) -> str:
        """Return the filter as the query of an address, with more parameters."""
        named = {
            "source": self.wanted.source and str(self.wanted.source),
            "governorate": self.wanted.governorate,
            "slot": self.wanted.slot,
            **more,
        }
        kept = urlencode({name: value for name, value in named.items() if value})
        return f"?{kept}" if kept else ""


def read_question(request: HttpRequest, choices: Choices | None = None) -> Question:
    """Return what the address asks. :raises InvalidInput: what it says cannot be meant."""
    source = read_choice(request, "source", SOURCES)
    slot, governorate = read_code(request, "slot"), read_code(request, "governorate")
    if choices is not None:
        slot = read_choice(request, "slot", choices.slots)
        governorate = read_choice(request, "governorate", choices.governorates)
    written = request.GET.get("after", "")
    if written and not (written.isascii() and written.isdigit() and int(written) <= _LARGEST):
        raise InvalidInput("filter.unknown", name="after", value=written[:40])
    wanted = ReviewFilter(Source(source) if source else None, governorate, slot)
    return Question(wanted, int(written or 0))
