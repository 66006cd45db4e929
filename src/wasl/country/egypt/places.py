"""
Places from words: governorate and markaz by their codes, the village by its folded words.

Villages have no public list worth trusting: their key is what the lists themselves write, folded
and without the word قرية, and `linkage` learns which are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from wasl.country.egypt.absence import is_absent
from wasl.country.egypt.tables import read_table
from wasl.kernel.folding import fold_cached

_SPLIT = re.compile(r"\s*(?:[،,;؛/\\|()\n_]|\s[-–—]+\s?|[-–—]\s|(?<=[ء-ي])[-–—](?=[ء-ي])|\.(?=\s|$))\s*")
_MARKED = re.compile(
    r"(?P<word>محافظة|محافظه|مركز|م|قسم|ق|مدينة|مدينه|حي|حى|قرية|قريه|عزبة|عزبه|ع|كفر|نجع|منشأة"
    r"|نزلة|بندر|شياخة|ناحية|تابع)"
    r"\s*[./\\:]+\s*(?=[ء-ي])"
)
_MARKAZ_WORDS = ("مركز", "قسم", "مدينه", "بندر", "حي", "markaz", "markz", "kism", "kesm", "qism")
_KIND_AHEAD = re.compile(
    r"^(?:محافظه|محافظ|مركز ومدينه|مركز شرطه|مركز|قسم شرطه|قسم|بندر|حي|governorate|markaz|markz"
    r"|kism|kesm|qism|[مق])"
    r" (?=..)"
)
_KIND_BEHIND = re.compile(r" (?:governorate|gov|city|district|center|markaz|qism|اول|ثان|ثاني|ثالث)$")
_ORDINAL_AHEAD = re.compile(r"^(?:ال)?(?:اول|ثان|ثاني|ثالث|رابع|awal|than) (?=.)")
_PIECE_AHEAD = re.compile(r"\s+(?=(?:محافظ[ةه]|مركز|قسم|قري[ةه]|عزب[ةه]|نجع)\s)")
_VILLAGE_WORDS = ("قريه", "قري", "ناحيه", "شياخه", "village", "تابع", "توابع", "وحده", "الوحده المحليه")
_KEPT_VILLAGE_WORDS = {
    "ع": "عزبه",
    "عزبت": "عزبه",
    "عزب": "عزبه",
    "ك": "كفر",
    "ن": "نجع",
    "منشات": "منشاه",
    "منشيه": "منشاه",
    "منشيت": "منشاه",
    "نزلت": "نزله",
}
_ADDRESS_WORDS = re.compile(
    r"^(?:شارع|ش|عماره|شقه|منزل|بجوار|امام|خلف|بلوك|عند|حاره|ميدان|الدور|دور|street|st|بيت|رقم)(?: |$)"
)
_ENGLISH_ARTICLES = re.compile(r"(^| )(al|el|ar|as|ash|ad|an|az) ")
_OTHER_GOVERNORATE_NAMES = (
    "EG01:مصر|القاهره الكبرى|cairo|EG02:اسكندريه|اسكندرية|alex|alexandria|EG03:بور سعيد|port said"
    "|EG04:suez"
    "|EG11:damietta|dumyat|domiat|EG12:dakahlia|dakahleya|daqahliya|EG13:sharqia|sharkia|sharkeya"
    "|EG14:qalyubia"
    "|kalyoubia|qalubia|qaliubiya|EG15:كفرالشيخ|kafr el sheikh|kafr al sheikh|kafr elsheikh"
    "|EG16:gharbia|gharbeya"
    "|EG17:monufia|menoufia|monofia|menofia|EG18:البحيره|behera|beheira|behira|EG19:اسماعيليه|ismailia"
    "|EG21:جيزه|giza|gizeh|EG22:بنى سويف|بنيسويف|beni suef|bani swaif|EG23:fayoum|fayum|faiyum"
    "|EG24:minya|menia|minia|el menia|EG25:assiut|asyut|assuit|EG26:sohag|suhag|EG27:qena|kena"
    "|EG28:aswan|assuan"
    "|EG29:اقصر|luxor|EG31:البحر الاحمر|red sea|EG32:new valley|الوادى الجديد|EG33:مرسى مطروح"
    "|matrouh|matruh"
    "|EG34:north sinai|شمال سينا|EG35:south sinai|جنوب سينا"
)
_OTHER_MARKAZ_NAMES = (
    "EG2404:ابوقرقاص|ابو قرقاس|EG2406:بنيمزار|beni mazar|EG2408:samalout|EG2410:maghagha"
    "|EG2411:mallawi|malawi"
    "|EG2407:ديرمواس|deir mawas|EG2405:العدوه|EG2409:مطاي|EG2206:اهناسيا المدينه|EG2303:ابشواي"
    "|EG2304:اطسا"
    "|EG2709:نقاده|EG2708:نجع حمادي|nag hammadi|EG1805:الدلنجات|EG1811:كفر الدوار|EG1406:شبرا الخيمه"
    "|EG2107:6 اكتوبر|السادس من اكتوبر|اكتوبر|EG1309:العاشر من رمضان|10 رمضان|EG0126:مدينه نصر"
    "|EG2508:الغنايم"
    "|EG2605:البلينا|EG2803:ادفو|edfu|EG2804:كوم امبو|kom ombo|EG2805:نصر النوبه|EG2705:اسنا|esna"
    "|EG2704:ارمنت|armant"
    "|EG1605:المحله|المحله الكبري|EG1202:منصوره|EG3501:طور سيناء|EG0301:بورسعيد الشرق|EG1504:بيلا"
    "|EG1505:دسوق"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place as far as its words were understood; `unmatched` holds the words that were not."""

    governorate: str | None
    markaz: str | None
    village_key: str | None
    unmatched: tuple[str, ...] = ()


NOWHERE = Place(None, None, None)


def bare_name(text: str) -> str:
    """
    Fold the name of a governorate or markaz to a key without its kind, articles, section and spaces.

    The sections of a town (قسم أول طنطا, قسم ثان طنطا, مركز طنطا) have one key on purpose: lists
    say طنطا, and a family must not seem to move when one of them says which section.
    """
    folded = fold_cached(text)
    folded = _KIND_AHEAD.sub("", folded)
    folded = _KIND_BEHIND.sub("", folded)
    folded = _ORDINAL_AHEAD.sub("", folded)
    folded = re.sub(r"^مدينه (?!نصر)", "", folded)
    return compact_name(folded)


def compact_name(text: str) -> str:
    """Fold a name without articles and spaces, so that ابو المطامير and أبوالمطامير are one."""
    folded = fold_cached(text)
    if re.match(r"[a-z]", folded):
        return re.sub(r"[0-9]+$", "", _ENGLISH_ARTICLES.sub(r"\1", folded).replace(" ", ""))
    bare = re.sub(r"(^| )(ابو|كفر|بني)ال(?=[ا-ي]{3})", r"\1\2 ", folded)
    return re.sub(r"(^| )ال(?=[ا-ي]{3})", r"\1", bare).replace(" ", "")


def village_key(text: str) -> str | None:
    """
    Fold the words of a village to its key: عزبة, كفر and نجع are kept in one spelling, قرية goes.

    None where nothing is named.
    """
    if is_absent(text):
        return None
    marked = _MARKED.sub(lambda m: f"{m['word']} ", text)
    words = fold_cached(marked).split(" ")
    while len(words) > 1 and words[0] in _VILLAGE_WORDS:
        words = words[1:]
    words = re.sub(r"(^| )(ابو|ابي|بني|ام) ", r"\1\2", " ".join(words)).split(" ")
    if len(words) > 1:
        words[0] = _KEPT_VILLAGE_WORDS.get(words[0], words[0])
    return " ".join(_without_article(word) for word in words) or None


def _without_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def _extra_names(listed: str) -> Iterable[tuple[str, str]]:
    code = ""
    for word in listed.split("|"):
        head, _, rest = word.rpartition(":")
        code = head or code
        yield code, rest


class PlaceIndex:
    """
    The names of governorates and marakiz, ready for looking words up.

    Build it once by `load()`. `find` remembers nothing: call it over distinct tuples of words.
    """

    def __init__(self) -> None:
        self.governorates: dict[str, str] = {}
        self.marakiz: dict[str, dict[str, list[str]]] = {}
        self.governorate_of: dict[str, str] = {}
        self._add_governorates()
        self._add_marakiz()

    @classmethod
    def load(cls) -> PlaceIndex:
        """Give the index of the shipped tables, the same one each time."""
        return _load_index()

    def _add_governorates(self) -> None:
        for row in read_table("governorates.csv"):
            for name in (row["name_ar"], row["name_en"]):
                self.governorates[bare_name(name)] = row["adm1_pcode"]
        for code, name in _extra_names(_OTHER_GOVERNORATE_NAMES):
            self.governorates.setdefault(bare_name(name), code)

    def _add_marakiz(self) -> None:
        """Index each markaz under its present governorate; a place with sections is its markaz first."""
        for row in read_table("marakiz.csv"):
            code, place = row["adm2_pcode"], row["adm1_pcode_current"]
            self.governorate_of[code] = place
            if row["kind"] == "desert":
                continue
            for name in (row["name_ar"], row["name_en"]):
                for governorate in {place, row["adm1_pcode"]}:
                    self._add_markaz(bare_name(name), governorate, code, first=row["kind"] == "markaz")
        for code, name in _extra_names(_OTHER_MARKAZ_NAMES):
            self._add_markaz(bare_name(name), self.governorate_of[code], code, first=False)

    def _add_markaz(self, name: str, place: str, code: str, *, first: bool) -> None:
        codes = self.marakiz.setdefault(name, {}).setdefault(place, [])
        if code not in codes:
            codes.insert(0 if first else len(codes), code)

    def find_governorate(self, text: str | None) -> str | None:
        """Find a governorate by its name or its code."""
        if text is None or is_absent(text):
            return None
        code = text.strip().upper()
        if re.fullmatch(r"EG[0-9]{2}", code):
            return code if code in self.governorates.values() else None
        return self.governorates.get(bare_name(_unmarked(text)))

    def find_markaz(self, text: str | None, governorate: str | None) -> str | None:
        """
        Find a markaz by its name or its code, inside the governorate where one is given.

        Without a governorate only a name that stands in one alone is found.
        """
        if text is None or is_absent(text):
            return None
        code = text.strip().upper()
        if re.fullmatch(r"EG[0-9]{4}", code):
            return code if code in self.governorate_of else None
        name = _unmarked(text)
        by_place = self.marakiz.get(compact_name(name)) or self.marakiz.get(bare_name(name), {})
        if governorate is not None:
            found = by_place.get(governorate)
            return found[0] if found else self._nearly(bare_name(name), governorate)
        codes = {listed[0] for listed in by_place.values()}
        return codes.pop() if len(codes) == 1 else None

    def _nearly(self, name: str, governorate: str) -> str | None:
        """Find the one markaz of a governorate whose name is one slip away; short names are not tried."""
        if len(name) < 5:
            return None
        found = {
            by_place[governorate][0]
            for other, by_place in self.marakiz.items()
            if governorate in by_place and abs(len(other) - len(name)) < 2 and OSA.distance(other, name) == 1
        }
        return found.pop() if len(found) == 1 else None

    def find(
        self,
        governorate_text: str | None = None,
        markaz_text: str | None = None,
        village_text: str | None = None,
        address_text: str | None = None,
    ) -> Place:
        """
        Understand the words of a place, from columns of their own and from a free address.

        A column may hold more than its name says (المنيا - مغاغة - شارونة): each text is split
        and each piece tried as governorate, markaz, village in turn.
        """
        search = _Search(self)
        search.take(governorate_text, "governorate")
        search.take(markaz_text, "markaz")
        search.take(village_text, "village")
        search.take(address_text, "address")
        return search.result()


@cache
def _load_index() -> PlaceIndex:
    return PlaceIndex()


def _unmarked(text: str) -> str:
    """Take off a kind of place written with a mark (م. مغاغة, مركز/مغاغة)."""
    return _MARKED.sub("", text, count=1) if _MARKED.match(text.strip()) else text


def split_address(text: str) -> list[str]:
    """Split a free address into its pieces at dashes, commas, slashes and full stops."""
    joined = re.sub(r"(?<=\s)و\s+(?=مدين)", "و", _MARKED.sub(lambda m: f"{m['word']} ", text))
    pieces = [part.strip() for piece in _SPLIT.split(joined) for part in _PIECE_AHEAD.split(piece)]
    return [piece for piece in pieces if not is_absent(piece)]


class _Search:
    """One look-up: pieces are gathered first, then decided from the largest place to the smallest."""

    def __init__(self, index: PlaceIndex) -> None:
        self.index = index
        self.pieces: list[tuple[str, str]] = []

    def take(self, text: str | None, column: str) -> None:
        if text is not None and not is_absent(text):
            pieces = split_address(text)
            if column == "address":
                pieces = [part for piece in pieces for part in self._peeled(piece)]
            self.pieces += [(column, piece) for piece in pieces]

    def _peeled(self, piece: str) -> list[str]:
        """Take a governorate and then a markaz off the end, or the front, of words without any mark."""
        words = piece.split()
        if len(words) < 2 or _is_street(piece) or self.index.find_governorate(piece):
            return [piece]
        for cut in (-1, -2, 1, 2):
            larger, rest = (words[cut:], words[:cut]) if cut < 0 else (words[:cut], words[cut:])
            governorate = self.index.find_governorate(" ".join(larger)) if rest else None
            if governorate is not None:
                return [*self._peel_markaz(rest, governorate), " ".join(larger)]
        return [piece]

    def _peel_markaz(self, words: list[str], governorate: str) -> list[str]:
        if self.index.find_markaz(" ".join(words), governorate):
            return [" ".join(words)]
        for cut in range(1, len(words)):
            ahead, behind = " ".join(words[:cut]), " ".join(words[cut:])
            if self.index.find_markaz(behind, governorate):
                return [ahead, behind]
            if self.index.find_markaz(ahead, governorate):
                return [behind, ahead]
        return [" ".join(words)]

    def result(self) -> Place:
        if not self.pieces:
            return NOWHERE
        governorate = self._take_governorate()
        markaz = self._take_markaz(governorate)
        if markaz is not None:
            governorate = self.index.governorate_of[markaz]
        village, unmatched = self._take_village(governorate, markaz)
        return Place(governorate, markaz, village, tuple(unmatched))

    def _take_governorate(self) -> str | None:
        """Prefer the column of governorates; a piece marked as a markaz or village is no governorate."""
        for columns in (("governorate",), ("address", "markaz", "village")):
            for piece in self.pieces:
                if piece[0] in columns and not _says_smaller(piece[1]):
                    code = self.index.find_governorate(piece[1])
                    if code is not None and not (piece[0] in ("markaz", "village") and self._is_only(piece)):
                        self.pieces.remove(piece)
                        return code
        return None

    def _is_only(self, piece: tuple[str, str]) -> bool:
        """A column of marakiz that says المنيا alone means the markaz of that name."""
        return sum(one[0] == piece[0] for one in self.pieces) == 1

    def _take_markaz(self, governorate: str | None) -> str | None:
        for columns in (("markaz",), ("governorate", "address", "village")):
            for piece in self.pieces:
                # نجع حمادي and كوم أمبو are marakiz: in their own column the first word does not decide.
                if piece[0] not in columns or (piece[0] != "markaz" and _says_village(piece[1])):
                    continue
                code = self.index.find_markaz(piece[1], governorate)
                if code is not None:
                    self.pieces.remove(piece)
                    return code
        return None

    def _take_village(self, governorate: str | None, markaz: str | None) -> tuple[str | None, list[str]]:
        """
        Take the village's column; in an address a piece that says قرية, else a bare one, else a hamlet.

        A hamlet beside its village, a street and what was said already are understood: not unmatched.
        """
        left = [piece for piece in self.pieces if not self._repeats(piece[1], governorate, markaz)]
        named = [piece for piece in left if not _is_street(piece[1])]
        usable = [piece for piece in named if piece[0] in ("village", "address")]
        chosen = min(usable, key=_village_rank, default=None)
        if chosen is None:
            return None, [piece for _, piece in named]
        key = village_key(chosen[1])
        rest = [piece for _, piece in named if village_key(piece) != key]
        return key, [piece for piece in rest if not _says_hamlet(piece)]

    def _repeats(self, piece: str, governorate: str | None, markaz: str | None) -> bool:
        """Tell a piece that only says again what is known already."""
        if _says_village(piece):
            return False
        same_place = governorate is not None and self.index.find_governorate(piece) == governorate
        return same_place or (markaz is not None and self.index.find_markaz(piece, governorate) == markaz)


def _is_street(piece: str) -> bool:
    folded = fold_cached(piece)
    return _ADDRESS_WORDS.match(folded) is not None or not re.search(r"[a-zا-ي]{2}", folded)


def _village_rank(piece: tuple[str, str]) -> int:
    """Rank what may be the village: its own column, then قرية, then a bare name, then a hamlet."""
    column, text = piece
    if column == "village":
        return 0
    if _says_hamlet(text):
        return 3
    return 1 if _says_village(text) else 2


def _first_of_many(piece: str) -> str:
    words = fold_cached(piece).split(" ")
    return words[0] if len(words) > 1 else ""


def _says_hamlet(piece: str) -> bool:
    return _first_of_many(piece) in ("عزبه", "ع", "عزبت", "نجع", "ن")


def _says_village(piece: str) -> bool:
    return _says_hamlet(piece) or _first_of_many(piece) in (*_VILLAGE_WORDS, "كوم")


def _says_smaller(piece: str) -> bool:
    return _says_village(piece) or _first_of_many(piece) in (*_MARKAZ_WORDS, "م", "ق")
