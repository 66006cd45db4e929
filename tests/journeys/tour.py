"""
The pictures of the tour (docs/tour), taken from the alliance that the tests look at.

What a picture shows is kept beside it as words, so that a page that says something else is noticed without
comparing points of light, which no two machines draw alike. `WASL_TOUR=1` takes the pictures again.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page

from tests.journeys.alliance import Alliance
from tests.journeys.looking import Eyes
from wasl.jobs.worker import run_waiting

FOLDER = Path(__file__).parents[2] / "docs" / "tour" / "pictures"
WORDS_OF_PICTURES = FOLDER / "words.json"
TAKEN_AGAIN = os.environ.get("WASL_TOUR") == "1"
DESK_SIZE, PHONE_SIZE = {"width": 1120, "height": 760}, {"width": 360, "height": 760}
ALIKE = 0.85
"""Names and figures may differ a little: which of equals comes first, how long ago."""
LESS_ALIKE = dict.fromkeys(("overlap", "reserve", "bulk", "family", "family_phone"), 0.6)
"""Which overlap or family comes first is drawn anew in every database: two or four sides, covered or not."""

MONTHS = (
    "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
    "|January|February|March|April|May|June|July|August|September|October|November|December"
)
AGES = "منذ [^·.،\n]+|[\\d,]+ \\w+ ago|الآن|اليوم|just now|today"


LIST = """كشف توزيع كراتين مارس 2026 - مركز ملوي,,,,,
م,اسم رب الأسرة,الرقم القومي,اسم الزوجة,القرية,ت
1,محمود عبد الرحيم سيد جاد الرب,28003052410111,نعمات شحاتة فهمي بطرس,دير مواس,01012345670
2,بخيت شاكر منصور عوض الله,27502032420115,فوزية عبد السميع الجمل,تونا الجبل,01112345671
3,جرجس نصحي لوقا ميخائيل,2.85E+13,ماري وهيب زكي,البياضية,
4,عبد الحميد صابر فرغلي حسن,29001012400118,,نزلة تونا,01212345672
,الإجمالي,,,,
"""


def bring_list(alliance: Alliance) -> str:
    """Let the officer bring a list, and return where it is looked at before it is loaded."""
    client = alliance.client("amina")
    file = SimpleUploadedFile("كراتين ملوي.csv", LIST.encode("utf-8-sig"))
    assert client.post("/lists/new/", {"files": file}).status_code == 302
    run_waiting()
    return _first(alliance, "amina", "/lists/new/", r"/lists/new/\d+/")


def shots(alliance: Alliance) -> dict[str, tuple[str, str]]:
    """Return who looks at what, by the picture's name."""
    family = _first(alliance, "dalia", "/overlaps/?certainty=certain", r"/families/\d+/")
    return {
        "inbox": ("amina", "/inbox/"),
        "preview": ("amina", alliance.brought),
        "list": ("amina", f"/lists/{alliance.broken_list}/"),
        "runs": ("dalia", "/runs/"),
        "home": ("dalia", "/"),
        "overlaps": ("dalia", "/overlaps/"),
        "gaps": ("dalia", "/gaps/?slot=food"),
        "search": ("amina", "/search/?q=محمود+عبد+الرحيم"),
        "who": ("amina", alliance.examples["/who/"]),
        "family": ("dalia", family),
        "review": ("dalia", _first(alliance, "dalia", "/review/", r"/review/f?\d+-\d+/")),
        "by_hand": ("amina", "/families/new/"),
        "reserve": (
            "amina",
            _first(alliance, "amina", "/search/?q=محمود", r"/families/\d+/") + "reserve/?slot=food",
        ),
        "grants": ("amina", "/grants/"),
        "desk_phone": ("amina", "/desk/"),
        "overlap": ("amina", _first(alliance, "amina", "/overlaps/", r"/overlaps/\d+/")),
        "bulk": ("amina", _first(alliance, "amina", "/bulk/", r"/bulk/\d+/")),
        "needs": ("dalia", "/needs/food_box/"),
        "family_phone": ("dalia", family),
    }


def look_again(eyes: Eyes, shown: dict[str, tuple[str, str]], language: str) -> list[str]:
    """Return which pictures of one language no longer show what the pages say, having taken them if asked."""
    kept = json.loads(WORDS_OF_PICTURES.read_text(encoding="utf-8")) if WORDS_OF_PICTURES.exists() else {}
    stale = []
    for name, (username, address) in shown.items():
        page = eyes.page(username, language)
        page.set_viewport_size(PHONE_SIZE if name.endswith("_phone") else DESK_SIZE)  # type: ignore[arg-type]
        page.goto(eyes.address + address, wait_until="load")
        said, place = _said(page), f"{language}/{name}"
        if TAKEN_AGAIN:
            kept[place] = " ".join(said)
            (FOLDER / language).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=FOLDER / f"{place}.png")
        elif not (FOLDER / f"{place}.png").exists():
            stale.append(f"{place}: there is no picture")
        elif (alike := _measure_likeness(kept.get(place, "").split(" "), said)) < LESS_ALIKE.get(name, ALIKE):
            stale.append(f"{place}: {alike:.2f} alike; take it again with WASL_TOUR=1")
    if TAKEN_AGAIN:
        text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
        WORDS_OF_PICTURES.write_text(text + "\n", encoding="utf-8")
    return stale


def _measure_likeness(kept: list[str], said: list[str]) -> float:
    """Return the share of words that both have, in whatever order: equal rows may change places."""
    both = Counter(kept) & Counter(said)
    return 2 * both.total() / (len(kept) + len(said))


def _said(page: Page) -> list[str]:
    """Return the words of the headings, labels and buttons in the picture, without figures and dates."""
    text = page.locator("main").inner_text()
    text = re.sub(AGES, "", text)
    text = re.sub(MONTHS, "", re.sub(r"[\d٠-٩][\d٠-٩,.:/-]*", "", text))
    return [word for word in re.split(r"\s+", text) if word]


def _first(alliance: Alliance, username: str, address: str, pattern: str) -> str:
    page = alliance.client(username).get(address).content.decode()
    found = re.search(f'href="({pattern})', page)
    assert found is not None, f"{address} leads to no {pattern}"
    return found[1]
