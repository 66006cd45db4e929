"""Pages of lists: a clerk brings a file, sees how it is read, loads it, mends it, takes it back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from urllib.parse import unquote

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.integration.intake.conftest import HEADER, people
from tests.integration.web.test_door import _signed_in
from wasl.intake.queries import list_lists
from wasl.intake.upload_queries import UploadState, list_uploads
from wasl.jobs.worker import run_waiting
from wasl.organisations.viewer import Viewer

TITLE = "كشف صرف كراتين غذاء عن مارس 2026"
LINES = people(1, 12)
SignIn = Callable[[Viewer], Client]


@pytest.fixture
def sign_in(dalia: Viewer) -> SignIn:
    return cache(lambda viewer: _signed_in(dalia, viewer.username))


def sheet(lines: list[str] = LINES, title: str = TITLE, header: str = HEADER) -> bytes:
    return "\n".join([*([title] if title else []), *([header] if header else []), *lines, ""]).encode(
        "utf-8-sig"
    )


def bring(client: Client, data: bytes, name: str = "كشف مارس.csv", **fields: str) -> str:
    """Send a file and have it looked at; return the address of its page."""
    answer = client.post("/lists/new/", {"files": SimpleUploadedFile(name, data), **fields})
    assert answer.status_code == 302, answer.content.decode()
    run_waiting()
    return str(answer["Location"])


def words(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def form_of(client: Client, address: str) -> dict[str, str]:
    """Return what the form of an upload's page would send as it stands."""
    html = client.get(address).content.decode()
    fields = dict(re.findall(r'<input[^>]*?name="(s\d+-[^"]+)"[^>]*?value="([^"]*)"', html))
    for name, body in re.findall(r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return {name: value for name, value in fields.items() if name.startswith(("s", "replaces"))}


def load(client: Client, address: str, **changed: str) -> HttpResponse:
    client.post(address, form_of(client, address) | changed | {"action": "load"})
    run_waiting()
    return client.get(address, follow=True)  # type: ignore[return-value]


def test_clerk_brings_a_file_sees_how_it_is_read_and_loads_it(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    address = bring(client, sheet())
    page = words(client.get(address))
    assert "سيُقرأ الكشف على أنه كشف صرف كرتونة مواد غذائية عن مارس 2026: سطر لكل فرد، 12 سطرًا." in page
    assert LINES[0].split(",")[2] in page
    landed = load(client, address)
    (view,) = list_lists(amina)
    assert landed.request["PATH_INFO"] == f"/lists/{view.code}/"  # type: ignore[attr-defined]
    assert "محسوب" in words(landed)
    assert view.code in words(client.get("/lists/"))


def test_changing_a_column_reads_the_sheet_again_and_keeps_the_choice(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    address = bring(client, sheet(header="م,اسم,بطاقة,مكان,رقم"))
    form = form_of(client, address)
    moved = form | {"s0-column-B": "spouse.name", "s0-column-A": "family_no", "s0-month": "2025-02"}
    assert client.post(address, moved | {"action": "read"}).status_code == 302
    after = form_of(client, address)
    assert (after["s0-column-B"], after["s0-column-A"], after["s0-month"]) == (
        "spouse.name",
        "family_no",
        "2025-02",
    )
    page = words(client.get(address))
    assert "عن فبراير 2025" in page and "كما اخترت" in page


def test_a_field_chosen_for_another_column_leaves_the_first(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    address = bring(client, sheet())
    client.post(address, form_of(client, address) | {"s0-column-D": "self.name", "action": "read"})
    after = form_of(client, address)
    assert (after["s0-column-D"], after["s0-column-B"]) == ("self.name", "ignore")


def test_choices_that_no_select_offers_are_refused(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    address = bring(client, sheet())
    form = form_of(client, address)
    for wrong in (
        {"s0-need": "gold"},
        {"s0-month": "مارس؟"},
        {"s0-place": "EG99"},
        {"s0-column-B": "self.religion"},
    ):
        client.post(address, form | wrong | {"action": "read"})
        assert "notice" in client.get(address).content.decode()
        assert form_of(client, address) == form


def test_file_without_header_is_read_by_its_cells_and_says_so(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    address = bring(client, sheet(title="", header=""))
    page = words(client.get(address))
    assert "لا يوجد سطر عناوين" in page and "بلا عنوان" in page
    load(client, address, **{"s0-kind": "given", "s0-need": "food_box", "s0-month": "2026-03"})
    assert list_lists(amina)[0].counts.accepted == 12


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "سري.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "محمي بكلمة مرور",
        ),
        ("صورة.png", b"\x89PNG\r\n", "صورة"),
        ("ناقص.xlsx", b"PK\x03\x04" + b"\0" * 60, "تالف"),
    ],
)
def test_unreadable_file_says_what_to_do_and_can_be_dropped(
    amina: Viewer, sign_in: SignIn, name: str, data: bytes, said: str
) -> None:
    client = sign_in(amina)
    address = bring(client, data, name)
    page = words(client.get(address))
    assert said in page and "لم يُحفظ منه شيء" in page
    assert client.post(address, {"action": "discard"}).status_code == 302
    assert client.get(address).status_code == 404


def test_cp1256_with_lost_digits_is_loaded_and_says_how_to_mend(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    lines = [line.replace(line.split(",")[2], "2.85E+13") for line in LINES]
    data = "\r\n".join([TITLE, HEADER, *lines, ""]).encode("cp1256")
    page = words(load(client, bring(client, data)))
    assert "2.85E+13" in page and "اجعل العمود «نص»" in page
    code = list_lists(amina)[0].code
    lost = words(client.get(f"/lists/{code}/lines/?lost=nid_scientific"))
    assert "2.85E+13" in lost


def test_rejected_rows_go_out_and_come_back_mended(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    load(client, bring(client, sheet([*LINES, "13,,,ملوي,"])))
    code = list_lists(amina)[0].code
    assert "مرفوضة" in words(client.get(f"/lists/{code}/"))
    answer = client.get(f"/lists/{code}/rejected/")
    assert f"أسطر مرفوضة {code} كشف مارس.csv" in unquote(answer["Content-Disposition"])
    mended = answer.content.decode("utf-8-sig").replace("13,,,ملوي", "13,منى سعد حسن علي,,ملوي")
    address = bring(client, mended.encode("utf-8-sig"), "مصحح.csv")
    assert "ستعود إلى أماكنها" in words(client.get(address))
    page = words(load(client, address))
    assert "عادت أسطرها المصحَّحة" in page
    view = list_lists(amina)[0]
    assert (view.counts.accepted, view.counts.rejected) == (13, 0)


def test_the_same_file_again_says_so_and_its_month_is_corrected_in_one_step(
    amina: Viewer, sign_in: SignIn
) -> None:
    client = sign_in(amina)
    load(client, bring(client, sheet()))
    again = words(load(client, bring(client, sheet())))
    assert "محمَّل من قبل" in again and "صحّح الشهر" in again
    (view,) = list_lists(amina)
    form = {"kind": "given", "need": "food_box", "month": "2026-02", "value": "", "note": ""}
    assert client.post(f"/lists/{view.code}/correct/", form).status_code == 302
    run_waiting()
    old, new = list_lists(amina)
    assert (old.state, new.state, new.month.isoformat()) == ("replaced", "active", "2026-02-01")
    unchanged = client.post(f"/lists/{new.code}/correct/", form)
    assert unchanged.status_code == 422 and "لم تغيّر شيئًا" in words(unchanged)


def test_withdrawal_shows_what_would_change_then_is_done_and_undone(
    amina: Viewer, camelia: Viewer, desk: Viewer, sign_in: SignIn, engine: psycopg.Connection
) -> None:
    from tests.conftest import NOW
    from wasl.linkage.actions import run_linkage

    client = sign_in(amina)
    load(client, bring(client, sheet()))
    load(sign_in(camelia), bring(sign_in(camelia), sheet(LINES[:5])))
    run_linkage(by=desk, at=NOW)
    view = next(one for one in list_lists(amina))
    page = words(client.get(f"/lists/{view.code}/withdraw/"))
    # Five of the twelve families stand in Camelia's list too: their (likely) overlaps close, seven are left alone.
    assert re.search(r"12 أسطر لا تُحسب", page)
    assert re.search(r"12 خانات تغطية تخلو", page)
    assert re.search(r"5 ازدواجات تُغلق", page)
    assert re.search(r"غذاء 12 7 0 5", page)
    assert engine.execute("SELECT count(*) FROM benefits_overlap WHERE state = 'open'").fetchone() == (5,)
    engine.rollback()
    assert client.post(f"/lists/{view.code}/withdraw/", {"reason": " "}).status_code == 422
    assert client.post(f"/lists/{view.code}/withdraw/", {"reason": "أُرسل بالخطأ"}).status_code == 302
    offered = client.get(f"/lists/{view.code}/").content.decode()
    assert f'action="/lists/{view.code}/restore/"' in offered
    run_waiting()
    counts = engine.execute(
        "SELECT (SELECT count(*) FROM benefits_overlap WHERE state = 'open'), (SELECT count(*) FROM benefits_cell)"
    ).fetchone()
    assert counts == (0, 5)
    engine.rollback()
    client.post(f"/lists/{view.code}/restore/")
    run_waiting()
    assert engine.execute("SELECT count(*) FROM benefits_overlap WHERE state = 'open'").fetchone() == (5,)


def test_withdrawal_of_a_large_list_says_that_it_is_judged_by_a_part(amina: Viewer, sign_in: SignIn) -> None:
    from wasl.intake.list_pages import preview_withdrawal

    load(sign_in(amina), bring(sign_in(amina), sheet()))
    (view,) = list_lists(amina)
    preview = preview_withdrawal(amina, view, most=5)
    assert preview is not None and preview.is_part and preview.looked == 5
    whole = preview_withdrawal(amina, view)
    assert whole is not None and not whole.is_part


def test_camelia_cannot_see_or_change_aminas_lists(amina: Viewer, camelia: Viewer, sign_in: SignIn) -> None:
    address = bring(sign_in(amina), sheet())
    load(sign_in(amina), address)
    waiting = bring(sign_in(amina), sheet(people(40, 3)))
    code = list_lists(amina)[0].code
    client = sign_in(camelia)
    for path in ("", "lines/", "rejected/", "withdraw/", "correct/"):
        assert client.get(f"/lists/{code}/{path}").status_code == 404, path
    for path in ("withdraw/", "restore/", "correct/"):
        assert client.post(f"/lists/{code}/{path}", {"reason": "x"}).status_code == 404, path
    assert client.get(waiting).status_code == 404
    assert client.post(waiting, {"action": "load"}).status_code == 404
    assert code not in client.get("/lists/").content.decode()
    refused = client.post(
        "/lists/new/",
        {"files": SimpleUploadedFile("a.csv", sheet()), "organisation": amina.organisation_code},
    )
    assert refused.status_code == 404
    run_waiting()
    assert list_lists(amina)[0].state == "active"


def test_basim_reads_lists_and_sees_what_he_may_not_do(amina: Viewer, basim: Viewer, sign_in: SignIn) -> None:
    load(sign_in(amina), bring(sign_in(amina), sheet()))
    waiting = bring(sign_in(amina), sheet(people(40, 3)))
    code = list_lists(amina)[0].code
    client = sign_in(basim)
    for address in (
        "/lists/",
        "/lists/new/",
        waiting,
        f"/lists/{code}/",
        f"/lists/{code}/withdraw/",
        f"/lists/{code}/correct/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "دورك للاطلاع فقط" in words(answer) and "aria-disabled" in answer.content.decode(), address
    assert client.post("/lists/new/", {"files": SimpleUploadedFile("a.csv", sheet())}).status_code == 403
    for address, form in (
        (waiting, {"action": "load"}), (waiting, {"action": "discard"}), (waiting, {"action": "read"}),
        (f"/lists/{code}/withdraw/", {"reason": "x"}), (f"/lists/{code}/restore/", {}),
        (f"/lists/{code}/correct/", {"month": "2025-01"}),
    ):  # fmt: skip
        assert client.post(address, form).status_code == 403, address
    run_waiting()
    assert [view.state for view in list_lists(amina)] == ["active"]


def test_desk_brings_for_an_organisation_it_names(dalia: Viewer, amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(dalia)
    address = bring(client, sheet(), organisation="m01")
    load(client, address)
    assert list_lists(amina)[0].organisation == "m01"
    assert "جمعية الأمل" in words(client.get("/lists/?organisation=m01"))
    assert client.get("/lists/?organisation=nobody").status_code == 400


def test_several_files_at_once_are_several_uploads(amina: Viewer, sign_in: SignIn) -> None:
    files = [SimpleUploadedFile(f"{at}.csv", sheet(people(at * 20 + 1, 3))) for at in range(3)]
    answer = sign_in(amina).post("/lists/new/", {"files": files})
    assert answer["Location"] == "/lists/new/"
    assert len(list_uploads(amina, set(UploadState))) == 3


def test_too_large_a_request_is_refused_in_words_and_keeps_nothing(
    amina: Viewer, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasl.web.uploading.MOST_BYTES", 1_000)
    answer = sign_in(amina).post("/lists/new/", {"files": SimpleUploadedFile("a.csv", b"x" * 5_000)})
    assert answer.status_code == 422 and "ميجابايت" in words(answer)
    assert list_uploads(amina, set(UploadState)) == []


def test_reading_lines_leaves_an_entry_and_pages_by_row(
    amina: Viewer, sign_in: SignIn, engine: psycopg.Connection
) -> None:
    client = sign_in(amina)
    load(client, bring(client, sheet(people(1, 70))))
    code = list_lists(amina)[0].code
    first = client.get(f"/lists/{code}/lines/")
    older = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert older is not None
    second = words(client.get(f"/lists/{code}/lines/{older[1]}"))
    assert people(70, 1)[0].split(",")[2] in second
    entries = engine.execute(
        "SELECT username, object_code, detail -> 'first' FROM audit_entry WHERE action = 'read_lines' ORDER BY id"
    ).fetchall()
    assert entries == [("amina", code, 1), ("amina", code, 51)]


def test_lists_are_filtered_paged_and_exported(amina: Viewer, sign_in: SignIn) -> None:
    client = sign_in(amina)
    load(client, bring(client, sheet()))
    load(client, bring(client, sheet([*people(30, 3), "9,,,ملوي,"], title="كشف أسر مسجلين")))
    known = next(view for view in list_lists(amina) if view.kind == "known")
    given = next(view for view in list_lists(amina) if view.kind == "given")
    for query, shown, hidden in (
        ("kind=known", known, given), ("mend=1", known, given), ("month=2026-03", given, None),
        ("state=active", given, None),
    ):  # fmt: skip
        page = client.get(f"/lists/?{query}").content.decode()
        assert shown.code in page, query
        assert hidden is None or hidden.code not in page, query
    assert client.get("/lists/?state=nowhere").status_code == 400
    book = client.get("/lists/?format=xlsx")
    assert book.content[:2] == b"PK" and io.BytesIO(book.content).getbuffer().nbytes > 1_000


def test_pages_of_lists_ask_the_database_little(
    amina: Viewer, sign_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = sign_in(amina)
    load(client, bring(client, sheet([*LINES, "13,,,ملوي,"])))
    waiting = bring(client, sheet(people(40, 3)))
    code = list_lists(amina)[0].code
    for address in (
        "/lists/",
        "/lists/new/",
        waiting,
        f"/lists/{code}/",
        f"/lists/{code}/lines/",
        f"/lists/{code}/withdraw/",
    ):
        with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
            assert client.get(address).status_code == 200


def test_stopped_work_can_be_tried_again_or_dropped(amina: Viewer, sign_in: SignIn) -> None:
    from tests.integration.intake.conftest import AT
    from wasl.jobs.actions import cancel_job
    from wasl.jobs.queries import list_jobs

    client = sign_in(amina)
    address = str(client.post("/lists/new/", {"files": SimpleUploadedFile("a.csv", sheet())})["Location"])
    cancel_job(by=amina, at=AT, code=list_jobs(amina)[0].code)
    assert "توقف العمل" in words(client.get(address))
    client.post(address, {"action": "look"})
    run_waiting()
    client.post(address, form_of(client, address) | {"action": "load"})
    cancel_job(by=amina, at=AT, code=list_jobs(amina)[0].code)
    assert "توقف العمل" in words(client.get(address))
    client.post(address, {"action": "load"})
    run_waiting()
    assert list_lists(amina)[0].state == "active"


def test_list_page_says_why_what_was_asked_was_not_done(amina: Viewer, sign_in: SignIn) -> None:
    from wasl.intake.kept_files import forget_kept
    from wasl.intake.upload_queries import access_upload

    client = sign_in(amina)
    address = bring(client, sheet())
    load(client, address)
    forget_kept(access_upload(amina, address.split("/")[-2]).digest)
    code = list_lists(amina)[0].code
    client.post(f"/lists/{code}/correct/", {"kind": "given", "need": "food_box", "month": "2026-02"})
    run_waiting()
    page = words(client.get(f"/lists/{code}/"))
    assert "لم يتغير شيء" in page and "غير محفوظ" in page
