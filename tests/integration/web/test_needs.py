"""Pages of needs, slots and seasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.integration.benefits.kept_catalogue import kept_catalogue
from tests.integration.benefits.world import World
from tests.integration.web.test_door import _signed_in
from tests.wasl_postgres import TestDatabase
from wasl.benefits.needs.actions import add_slot, change_need, change_slot
from wasl.benefits.needs.queries import access_need, list_needs, list_seasons, list_slots
from wasl.benefits.needs.rules import NeedRule, SlotValues
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection
from wasl.web.needs_form import rule_fields
from wasl.web.needs_said import say_rule
from wasl.web.words import WORDS

NO_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
REASON = "قرار لجنة التنسيق"


@pytest.fixture(autouse=True)
def _kept(database: TestDatabase) -> Iterator[None]:
    with kept_catalogue(database):
        yield


@pytest.fixture
def client(dalia: Viewer, amina: Viewer, basim: Viewer) -> Client:
    return _signed_in(dalia, "dalia")


def form(viewer: Viewer, need: str = "food_box", **changed: object) -> dict[str, str]:
    """What the form of a need's page sends, with what was changed in it."""
    found = access_need(viewer, need).need
    rule: NeedRule = replace(found.rule, **changed)  # type: ignore[arg-type]
    return {**rule_fields(rule), "edited": str(found.version)}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form but the browser's own."""
    found = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_needs_are_listed_by_axis_with_their_guard_for_everybody(client: Client, dalia: Viewer) -> None:
    assert client.get("/needs/?format=xlsx")["Content-Type"].endswith("sheet")
    for who in ("dalia", "amina", "basim"):
        page = _signed_in(dalia, who).get("/needs/").content.decode()
        assert all(f"/needs/{need.code}/" in page for need in list_needs(dalia))
        assert WORDS["needs.axis.food"][0] in page
        assert ("/needs/new/" in page) == (who == "dalia")


def test_need_says_its_rule_in_a_sentence_and_offers_forms_to_the_desk_alone(
    client: Client, dalia: Viewer
) -> None:
    page = client.get("/needs/house_rehab/").content.decode()
    assert "باب «إعمار منزل» لمدة 60 شهرًا من شهر الصرف" in page
    assert "يُسلَّم على 3 دفعات" in page
    assert 'name="guard"' in page
    page = _signed_in(dalia, "amina").get("/needs/house_rehab/").content.decode()
    assert 'name="guard"' not in page and WORDS["needs.desk_only"][0] in page
    assert client.get("/needs/no_such/").status_code == 404


def test_change_shows_its_effect_first_and_writes_nothing(client: Client, dalia: Viewer) -> None:
    response = client.post("/needs/food_box/change/", form(dalia, guard="refuse"))
    page = response.content.decode()
    assert response.status_code == 200
    assert WORDS["needs.effect.blind"][0] in page and WORDS["needs.effect.grants.none"][0] in page
    assert access_need(dalia, "food_box").need.version == 1


def test_effect_counts_the_families_it_would_have_refused(
    client: Client, dalia: Viewer, organisation_a: int, organisation_b: int
) -> None:
    from django.utils import timezone

    month = timezone.localdate().replace(day=1)
    with engine_connection() as engine:
        world = World(engine)
        family = world.add_family()
        for number, organisation in enumerate((organisation_a, organisation_b)):
            world.give(organisation, 11 + number, world.add_entry(organisation, family), month=month)
    page = client.post("/needs/food_box/change/", form(dalia, guard="refuse")).content.decode()
    assert WORDS["needs.effect.refuses"][0].format(families="أسرة واحدة") in page


def test_change_is_confirmed_with_a_reason_and_undone_by_one_button(client: Client, dalia: Viewer) -> None:
    page = client.post(
        "/needs/food_box/change/", form(dalia, guard="refuse", slots=("cash", "food"))
    ).content.decode()
    sent = hidden(page)
    assert sent["confirm"] == "1"
    refused = client.post("/needs/food_box/change/", sent | {"reason": " "})
    assert refused.status_code == 422 and 'id="reason-wrong"' in refused.content.decode()
    response = client.post("/needs/food_box/change/", sent | {"reason": REASON})
    assert (response.status_code, response["Location"]) == (302, "/needs/food_box/")
    page = client.get("/needs/food_box/").content.decode()
    assert REASON in page and "dalia" in page
    assert access_need(dalia, "food_box").need.rule.slots == ("cash", "food")
    offered = hidden(page[: page.index("<h1>")])
    client.post("/needs/food_box/change/", offered)
    found = access_need(dalia, "food_box").need
    assert (found.version, found.rule.guard, found.rule.slots) == (3, "warn", ("food",))


def test_second_editor_sees_what_the_first_made_and_may_go_on(
    client: Client, dalia: Viewer, desk: Viewer
) -> None:
    sent = form(dalia, tranches=2)
    rule = access_need(desk, "food_box").need.rule
    change_need(by=desk, at=NOW, need="food_box", edited=1, rule=replace(rule, guard="refuse"), reason="سابق")
    for extra in ({}, {"confirm": "1", "reason": REASON}):
        response = client.post("/needs/food_box/change/", sent | extra)
        page = response.content.decode()
        assert response.status_code == 409
        assert "غيّر زميل قاعدة" in page and "سابق" in page
        assert 'name="tranches" value="2"' in page and 'name="edited" value="2"' in page
    assert access_need(dalia, "food_box").need.version == 2


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("guard", "none", "slots"),
        ("guard", "", "guard"),
        ("slots", "", "slots"),
        ("window_months", "0", "window_months"),
        ("window_months", "كثير", "window_months"),
        ("reservation_days", "400", "reservation_days"),
        ("tranches", "", "tranches"),
        ("horizon_months", "99999", "horizon_months"),
    ],
)
def test_rule_that_cannot_stand_is_said_at_its_field(
    client: Client, dalia: Viewer, field: str, value: str, where: str
) -> None:
    response = client.post("/needs/food_box/change/", form(dalia) | {field: value})
    assert response.status_code == 422
    assert f'id="{where}-wrong"' in response.content.decode()


def test_numbers_are_read_in_either_digits(client: Client, dalia: Viewer) -> None:
    sent = form(dalia) | {"reservation_days": "٢١", "confirm": "1", "reason": REASON}
    client.post("/needs/food_box/change/", sent)
    assert access_need(dalia, "food_box").need.rule.reservation_days == 21


def test_what_is_changed_to_itself_says_so(client: Client, dalia: Viewer) -> None:
    assert client.post("/needs/food_box/change/", form(dalia)).status_code == 302
    assert WORDS["needs.same"][0] in client.get("/needs/food_box/").content.decode()


def test_need_is_added_and_worded(client: Client, dalia: Viewer) -> None:
    sent = form(dalia, slots=("water",)) | {
        "code": "water_tank", "name_ar": "خزان مياه", "name_en": "", "axis": "social", "wordings": "خزان أرضي\r\nخزان",
    }  # fmt: skip
    assert client.post("/needs/new/", sent | {"code": "Tank"}).status_code == 422
    response = client.post("/needs/new/", sent)
    assert (response.status_code, response["Location"]) == (302, "/needs/water_tank/")
    again = client.post("/needs/new/", sent)
    assert again.status_code == 422 and 'id="code-wrong"' in again.content.decode()
    words = {"name_ar": "خزان", "name_en": "Tank", "axis": "social", "wordings": "خزان", "edited": "2"}
    assert client.post("/needs/water_tank/words/", words).status_code == 302
    assert access_need(dalia, "water_tank").need.name_en == "Tank"
    assert client.post("/needs/water_tank/words/", words).status_code == 409
    wrong = client.post("/needs/water_tank/words/", words | {"edited": "3", "name_ar": ""})
    assert wrong.status_code == 422 and 'id="name_ar-wrong"' in wrong.content.decode()


@pytest.mark.parametrize(
    "route",
    [
        "/needs/food_box/change/", "/needs/food_box/words/", "/needs/new/", "/slots/new/", "/slots/food/",
        "/seasons/new/", "/seasons/ramadan_1447/",
    ],
)  # fmt: skip
def test_officers_and_viewers_write_nothing(client: Client, dalia: Viewer, route: str) -> None:
    for who in ("amina", "basim"):
        assert _signed_in(dalia, who).post(route, form(dalia, guard="refuse")).status_code == 403
    assert access_need(dalia, "food_box").need.version == 1


def test_slot_is_added_changed_and_settled_when_a_need_occupies_it(client: Client, dalia: Viewer) -> None:
    sent = {"code": "heating", "name_ar": "تدفئة", "name_en": "Heating", "target": "recorded"}
    assert client.post("/slots/new/", sent).status_code == 302
    assert client.post("/slots/new/", sent).status_code == 422
    page = client.get("/slots/heating/").content.decode()
    assert WORDS["slots.not_settled"][0] in page
    changed = sent | {"edited": "1", "sensitive": "1", "reason": REASON}
    assert client.post("/slots/heating/", changed | {"reason": ""}).status_code == 422
    assert client.post("/slots/heating/", changed).status_code == 302
    assert client.post("/slots/heating/", changed | {"target": "all"}).status_code == 409
    page = client.get("/slots/").content.decode()
    assert REASON in page and "تدفئة" in page
    page = client.get("/slots/food/").content.decode()
    assert WORDS["slots.settled"][0] in page and " disabled" in page
    food = {"name_ar": "غذاء", "name_en": "Food", "target": "recorded", "edited": "1", "reason": REASON}
    assert client.post("/slots/food/", food | {"sensitive": "1"}).status_code == 302
    [slot] = [one for one in list_slots(dalia) if one.code == "food"]
    assert (slot.values.sensitive, slot.values.target) == (False, "recorded")
    assert client.get("/slots/no_such/").status_code == 404


def test_a_need_that_occupies_a_slot_meanwhile_settles_it(
    client: Client, dalia: Viewer, desk: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form was opened while the slot was free."""
    values = SlotValues("تدفئة", "", False, "recorded")
    add_slot(by=desk, at=NOW, slot="heating", values=values)
    rule = access_need(desk, "blankets").need.rule
    change_need(
        by=desk, at=NOW, need="blankets", edited=1, rule=replace(rule, slots=("heating",)), reason="x"
    )
    from wasl.web import slots

    monkeypatch.setattr(
        slots,
        "list_slots",
        lambda viewer: tuple(replace(one, is_settled=False) for one in list_slots(viewer)),
    )
    sent = {"name_ar": "تدفئة", "target": "recorded", "edited": "1", "sensitive": "1", "reason": REASON}
    response = client.post("/slots/heating/", sent)
    assert response.status_code == 422 and "سريته ثابتة" in response.content.decode()
    assert change_slot(
        by=desk, at=NOW, slot="heating", edited=1, values=replace(values, target="all"), reason="x"
    )


def test_season_is_added_and_corrected(client: Client, dalia: Viewer) -> None:
    sent = {
        "code": "ramadan_1449",
        "name_ar": "رمضان 1449",
        "name_en": "",
        "first": "2028-01",
        "last": "2028-02",
    }
    assert client.post("/seasons/new/", sent | {"last": "2027-12"}).status_code == 422
    assert client.post("/seasons/new/", sent | {"first": "x"}).status_code == 422
    assert client.post("/seasons/new/", sent).status_code == 302
    changed = sent | {"edited": "1", "last": "2028-01", "reason": REASON}
    assert client.post("/seasons/ramadan_1449/", changed).status_code == 302
    assert client.post("/seasons/ramadan_1449/", changed).status_code == 409
    assert len(list_seasons(dalia)[0].values.months) == 1
    assert REASON in client.get("/seasons/").content.decode()
    assert client.get("/seasons/ramadan_1449/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/needs/", "/needs/?format=xlsx", "/needs/food_box/", "/needs/new/", "/slots/", "/slots/food/", "/seasons/",
        "/seasons/ramadan_1447/",
    ],
)  # fmt: skip
def test_page_asks_little_of_the_database_and_speaks_arabic(client: Client, address: str) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        response = client.get(address)
    assert response.status_code == 200
    assert len([one for one in asked.captured_queries if not one["sql"].startswith(NO_QUERIES)]) <= 12
    words = re.sub(r"<style.*?</style>|<[^>]*>", " ", response.content.decode(errors="ignore"))
    assert "needs." not in words and "slots." not in words and "seasons." not in words


def test_every_shipped_rule_reads_as_sentences_in_both_languages(dalia: Viewer) -> None:
    from django.utils import translation

    slots = {slot.code: slot for slot in list_slots(dalia)}
    for language in ("ar", "en"):
        with translation.override(language):
            for need in list_needs(dalia):
                for sentence in say_rule(need.rule, slots):
                    assert "{" not in sentence and "needs." not in sentence
                    assert language == "en" or not re.search("[A-Za-z]", sentence), sentence
