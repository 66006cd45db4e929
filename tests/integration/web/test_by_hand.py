"""A family typed into a page: what it asks, what it says, what becomes of it, and who may."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from tests.integration.intake.conftest import Load, load
from tests.integration.intake.hands import AT, add, family, nid
from tests.integration.web.test_door import _signed_in
from wasl.intake import standing_linking
from wasl.intake.actions import withdraw_list
from wasl.intake.queries import access_list
from wasl.intake.standing_form import HandFamily, HandPerson
from wasl.intake.standing_queries import list_governorates, list_marakiz, list_needs
from wasl.intake.standing_reading import Names, find_out, read_family
from wasl.jobs.worker import run_waiting
from wasl.linkage.actions import LinkedNow, run_linkage
from wasl.organisations.queries import get_viewer
from wasl.organisations.viewer import Viewer

__all__ = ["load"]

NEW = "/families/new/"
HEADER = "م,الاسم,الرقم القومي,المركز,الموبايل"


def _post(client: Client, form: str = "", **typed: str) -> Any:
    """Send the form of a page just opened, one head and one empty row, with what is typed."""
    page = client.get(NEW).content.decode()
    given = form or re.findall(r'name="form" value="([0-9a-f-]{36})"', page)[0]
    fields = {"form": given, "rows": "2", "relation-0": "head", "do": "save"}
    return client.post(NEW, fields | {name.replace("_", "-"): value for name, value in typed.items()})


def _text(response: Any) -> str:
    return str(response.content.decode())


def test_amina_adds_a_family_undoes_it_and_brings_it_back(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    sent = _post(client, name_0="محمود عبد الرحيم سيد", nid_0=nid(1), name_1="نعمات شحاتة", relation_1="wife")
    assert sent.status_code == 302
    waiting = client.get(sent["Location"])
    assert "تُضاف الأسرة الآن" in _text(waiting)
    assert "hx-trigger" in _text(waiting)
    run_waiting()
    there = client.get(sent["Location"])
    assert there.status_code == 302
    added = client.get(there["Location"])
    assert "محمود عبد الرحيم سيد" in _text(added)
    assert "تُقارَن بأسر الجهات كلها في المطابقة القادمة" in _text(added)
    one = there["Location"].split("?")[0]
    assert "لم تُطابَق بعد" in _text(client.get(one))
    assert client.post(one, {"do": "withdraw", "reason": "mistake"}).status_code == 302
    assert "يُنفذ الآن" in _text(client.get(one))
    run_waiting()
    assert "أُدخلت خطأً" in _text(client.get(one))
    assert "مسحوبة" in _text(client.get("/families/by-hand/"))
    client.post(one, {"do": "restore"})
    run_waiting()
    assert access_list(amina, one.split("/")[3]).counts.accepted == 2
    assert "محسوبة" in _text(client.get("/families/by-hand/"))


def test_form_comes_back_with_words_at_the_field_and_nothing_is_kept(
    dalia: Viewer, amina: Viewer, engine: psycopg.Connection
) -> None:
    client = _signed_in(dalia, "amina")
    empty = _post(client)
    assert empty.status_code == 422
    nameless = _post(client, name_0="محمود عبد الرحيم", phone_1="01012345678")
    text = _text(nameless)
    assert nameless.status_code == 422
    assert 'href="#name-1"' in text
    assert re.search(r'id="name-1"[^>]*aria-invalid="true"[^>]*aria-describedby="name-1-said', text)
    assert 'value="01012345678"' in text
    elsewhere = _post(client, name_0="محمود عبد الرحيم", governorate="EG01", markaz="EG2412")
    assert 'href="#markaz"' in _text(elsewhere)
    assert engine.execute("SELECT count(*) FROM intake_hand_form").fetchone() == (0,)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"nid_0": nid(1, fits=False)}, "nid-0"),
        ({"nid_0": nid(1), "birth_0": "1/1/1950"}, "birth-0"),
        ({"nid_0": nid(1), "sex_0": "female"}, "sex-0"),
        ({"nid_0": "123"}, "nid-0"),
        ({"birth_0": "كبير"}, "birth-0"),
        ({"birth_0": "2020"}, "birth-0"),
        ({"phone_0": "55"}, "phone-0"),
    ],
)
def test_a_warning_is_shown_at_its_field_and_accepted_with_one_click(
    dalia: Viewer, amina: Viewer, typed: dict[str, str], at: str
) -> None:
    client = _signed_in(dalia, "amina")
    asked = _post(client, name_0="محمود عبد الرحيم", **typed)
    text = _text(asked)
    assert (asked.status_code, f'href="#{at}"' in text) == (422, True)
    assert f'id="{at}-said"' in text
    accept = re.findall(r'name="accept" value="([0-9a-f]{16})"', text)[0]
    # What was accepted is this warning: another one is asked about again.
    other = _post(client, name_0="محمود عبد الرحيم", name_1="علي", nid_1="9", accept=accept, **typed)
    assert other.status_code == 422
    assert _post(client, name_0="محمود عبد الرحيم", accept=accept, **typed).status_code == 302


def test_rows_are_added_and_removed_without_a_script(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    more = _text(_post(client, name_0="محمود عبد الرحيم", do="add"))
    assert 'name="rows" value="3"' in more
    assert 'value="محمود عبد الرحيم"' in more
    fewer = _text(_post(client, name_0="محمود عبد الرحيم", name_1="علي محمود", do="remove-0"))
    assert 'name="rows" value="1"' in fewer
    assert 'value="علي محمود"' in fewer
    assert "محمود عبد الرحيم" not in fewer


def test_form_begins_with_what_another_page_was_told(dalia: Viewer, amina: Viewer) -> None:
    told = {
        "name-0": "محمود",
        "nid-0": nid(1),
        "phone-0": "01012345678",
        "markaz": "EG2412",
        "sex-0": "female",
    }
    begun = _signed_in(dalia, "amina").post(NEW, told | {"nid-1": nid(2), "do": "begin"})
    text = _text(begun)
    assert begun.status_code == 200
    for box in ("name-0", "nid-0", "phone-0"):
        assert f'id="{box}" name="{box}" value="{told[box]}"' in text
    # The markaz says its governorate, and whoever stands beside a woman is her husband.
    for chosen in ("EG2412", "EG24", "female", "husband"):
        assert f'<option value="{chosen}" selected>' in text
    assert _signed_in(dalia, "amina").post(NEW, {"do": "begin", "name-0": "م" * 201}).status_code == 400


def test_own_person_is_named_with_a_way_to_the_family_and_camelia_is_told_nothing(
    dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    code, row = add(amina, family(1))
    own = _text(_post(_signed_in(dalia, "amina"), name_0="محمود عبد الرحيم", nid_0=nid(1)))
    assert f"كشف {code}، سطر {row}" in own
    assert f'href="/lists/{code}/"' in own
    assert _post(_signed_in(dalia, "camelia"), name_0="محمود", nid_0=nid(1)).status_code == 302


def test_desk_chooses_the_organisation(dalia: Viewer, amina: Viewer, camelia: Viewer) -> None:
    client = _signed_in(dalia, "dalia")
    assert "اختر الجهة" in _text(_post(client, name_0="محمود عبد الرحيم"))
    sent = _post(client, name_0="محمود عبد الرحيم", organisation="m02")
    run_waiting()
    there = client.get(sent["Location"])["Location"]
    code = there.split("/")[3]
    assert access_list(camelia, code).organisation == "m02"
    assert _signed_in(dalia, "amina").get(there).status_code == 404
    assert "محمود عبد الرحيم" in _text(client.get("/families/by-hand/?organisation=m02"))


def test_double_submit_is_one_family(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    form = "11111111-1111-4111-8111-111111111111"
    first = _post(client, form, name_0="محمود عبد الرحيم")
    second = _post(client, form, name_0="محمود عبد الرحيم")
    assert (first["Location"], run_waiting()) == (second["Location"], 1)
    changed = _post(client, form, name_0="علي حسن ابراهيم")
    assert changed.status_code == 422
    assert "أُرسلت هذه الاستمارة من قبل" in _text(changed)
    assert form not in _text(changed)


def test_basim_reads_and_cannot_change(dalia: Viewer, amina: Viewer, basim: Viewer) -> None:
    code, row = add(amina, family(1))
    client = _signed_in(dalia, "basim")
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {}).status_code == 403
    one = f"/families/by-hand/{code}/{row}/"
    text = _text(client.get(one))
    assert "محمود عبد الرحيم سيد" in text
    assert 'value="withdraw"' not in text
    assert client.post(one, {"do": "withdraw", "reason": "mistake"}).status_code == 403


def test_camelia_cannot_see_or_withdraw_aminas_family(dalia: Viewer, amina: Viewer, camelia: Viewer) -> None:
    code, row = add(amina, family(1))
    client = _signed_in(dalia, "camelia")
    one = f"/families/by-hand/{code}/{row}/"
    assert client.get(one).status_code == 404
    assert client.post(one, {"do": "withdraw", "reason": "mistake"}).status_code == 404
    assert run_waiting() == 0


def test_form_that_failed_is_opened_again_as_typed(dalia: Viewer, amina: Viewer) -> None:
    code, _ = add(amina, family(1), at=timezone.now())
    client = _signed_in(dalia, "amina")
    sent = _post(client, name_0="حسن ابراهيم علي")
    withdraw_list(code=code, reason="مراجعة", by=amina, at=AT)
    run_waiting()
    failed = _text(client.get(sent["Location"]))
    assert "مسحوب" in failed
    again = re.findall(r'href="(/families/new/\?form=[^"]+)"', failed)[0].replace("&amp;", "&")
    assert 'value="حسن ابراهيم علي"' in _text(client.get(again))


def test_pages_speak_english(dalia: Viewer, amina: Viewer) -> None:
    code, row = add(amina, family(1))
    client = _signed_in(dalia, "amina")
    client.post("/sign-in/language/", {"language": "en", "next": "/"})
    for path, words in (
        (NEW, "Add a family by hand"),
        ("/families/by-hand/", "Families added by hand"),
        (f"/families/by-hand/{code}/{row}/", "Not matched yet"),
    ):
        assert words in _text(client.get(path)), path


def _let_linking(monkeypatch: pytest.MonkeyPatch, outcome: str, reason: str = "") -> None:
    """Let the lines of the form be linked by a run of everything, or not at once."""

    def link(*, by: Viewer, at: datetime, entries: list[int]) -> LinkedNow:
        assert entries
        if outcome == "linked":
            run_linkage(by=get_viewer("dalia"), at=at)
        return LinkedNow(outcome, reason)

    monkeypatch.setattr(standing_linking, "link_now", link)


def _added(client: Client, number: int) -> str:
    """Add a couple, whatever the form has to say of them, and return the page of who they turned out to be."""
    typed = {
        "name_0": "محمود عبد الرحيم سيد", "nid_0": nid(number), "markaz": "EG2412", "name_1": "نعمات شحاتة فهمي",
        "relation_1": "wife",
    }  # fmt: skip
    sent = _post(client, **typed)
    if sent.status_code == 422:
        accept = re.findall(r'name="accept" value="([0-9a-f]{16})"', _text(sent))[0]
        sent = _post(client, accept=accept, **typed)
    assert sent.status_code == 302
    run_waiting()
    return _text(client.get(client.get(sent["Location"])["Location"]))


def test_a_family_of_ours_is_known_at_once(
    dalia: Viewer, amina: Viewer, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([f"1,محمود عبد الرحيم سيد,{nid(1)},ملوي,"], amina)
    run_linkage(by=dalia, at=AT)
    _let_linking(monkeypatch, "linked")
    page = _added(_signed_in(dalia, "amina"), 1)
    assert "هذه الأسرة عندكم من قبل" in page
    assert re.search(r'href="/families/\d+/"', page)
    assert page.count("عندكم من قبل</li>") == 1 and page.count("جديد عندكم</li>") == 1


def test_a_family_that_only_others_know_is_said_to_be_known_elsewhere_and_no_more(
    dalia: Viewer, amina: Viewer, camelia: Viewer, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([f"1,محمود عبد الرحيم سيد الصعيدي,{nid(1)},مغاغة,"], camelia)
    run_linkage(by=dalia, at=AT)
    _let_linking(monkeypatch, "linked")
    page = _added(_signed_in(dalia, "amina"), 1)
    assert "أسرة جديدة عندكم، ومعروفة عند جهات أخرى" in page
    for secret in ("الصعيدي", "مغاغة", "جمعية النور", "m02"):
        assert secret not in page


def test_a_family_that_nobody_knows_is_new(
    dalia: Viewer, amina: Viewer, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([f"1,حسن ابراهيم علي,{nid(2)},ملوي,"], amina)
    run_linkage(by=dalia, at=AT)
    _let_linking(monkeypatch, "linked")
    assert "أسرة جديدة: لا نعرفها عندكم ولا عند غيركم" in _added(_signed_in(dalia, "amina"), 1)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("busy", "مطابقة أخرى تعمل الآن"), ("waits", "تنتظر النشر"), ("first", "في المطابقة القادمة")],
)
def test_a_family_that_cannot_be_linked_at_once_is_kept_and_told_when(
    dalia: Viewer, amina: Viewer, monkeypatch: pytest.MonkeyPatch, reason: str, words: str
) -> None:
    _let_linking(monkeypatch, "later", reason)
    page = _added(_signed_in(dalia, "amina"), 1)
    assert "حُفظت الأسرة" in page and words in page


def test_the_page_of_who_it_is_belongs_to_its_form_alone(
    dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    client = _signed_in(dalia, "amina")
    sent = _post(client, name_0="محمود عبد الرحيم", nid_0=nid(1))
    run_waiting()
    there = client.get(sent["Location"])["Location"]
    other = add(amina, family(2))
    moved = f"/families/by-hand/{other[0]}/{other[1]}/?{there.split('?')[1]}"
    assert client.get(moved).status_code == 404
    assert client.get(there.split("=")[0] + "=x").status_code == 404
    assert _signed_in(dalia, "camelia").get(there).status_code == 404


def test_matching_joins_the_family_with_a_lists_family_by_id(
    dalia: Viewer, amina: Viewer, load: Load, engine: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _let_linking(monkeypatch, "later")
    load([f"1,محمود عبد الرحيم سيد,{nid(1)},ملوي,", f"2,حسن ابراهيم علي,{nid(2)},ملوي,"], amina)
    run_linkage(by=dalia, at=AT)
    code, row = add(amina, family(1))
    one = f"/families/by-hand/{code}/{row}/"
    client = _signed_in(dalia, "amina")
    assert "لم تُطابَق بعد" in _text(client.get(one))
    run = run_linkage(by=dalia, at=AT)
    assert not run.nothing_new
    found = _text(client.get(one))
    assert "طُوبقت مع الكشوف" in found
    assert re.search(r'href="/families/\d+/"', found)
    people = engine.execute(
        "SELECT count(DISTINCT link.person_id) FROM registry_record AS record"
        " JOIN registry_link AS link ON link.record_id = record.id AND link.until_run IS NULL"
        " WHERE record.nid_index = (SELECT nid_index FROM registry_record AS own"
        " JOIN intake_mention AS mention ON mention.record_id = own.id"
        " JOIN intake_list AS list ON list.id = mention.list_id WHERE list.code = %s AND mention.row = %s)",
        [code, row],
    ).fetchone()
    assert people == (1,)


def test_every_place_and_need_of_the_form_is_read_as_itself(amina: Viewer) -> None:
    governorates, marakiz, needs = list_governorates(amina), list_marakiz(amina), list_needs(amina)
    assert {one.within for one in marakiz} == {one.code for one in governorates}
    names = Names(
        {one.code: one.name_ar for one in [*governorates, *marakiz]}, {one.code: one.name_ar for one in needs}
    )
    people = (HandPerson("محمود عبد الرحيم سيد", "head"),)
    typed = [
        *[HandFamily(people, governorate=one.within, markaz=one.code) for one in marakiz],
        *[HandFamily(people, need=one.code) for one in needs],
        *[HandFamily(people, governorate=one.code) for one in governorates],
    ]
    for one in typed:
        read = read_family(one, names, on=AT.date())
        found = read.chunk.mentions.row(0, named=True)
        assert not find_out(one, read), one
        assert (found["governorate"] or "", found["markaz"] or "") == (one.governorate, one.markaz), one
        assert (read.chunk.lines["need"][1] or "") == one.need
