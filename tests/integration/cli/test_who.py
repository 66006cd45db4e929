"""`wasl who`, as a program and as a person read it."""

from __future__ import annotations

import json

import pytest

from tests.integration.benefits.test_commands import wasl
from tests.integration.registry.test_search import IDS, KARIM, SAEED
from tests.integration.web.test_search import known, load
from wasl.organisations.viewer import Viewer

__all__ = ["known", "load"]


def test_json_says_who_it_is_with_evidence(known: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(wasl(capsys, "who", "--nid", IDS["saeed"], "--json"))
    assert (told["band"], told["contested"], told["coordination"]) == ("same", False, None)
    (one,) = told["candidates"]
    assert (one["band"], one["name"]) == ("same", SAEED[0])
    assert one["person"].isdigit() and one["family"].isdigit()
    assert {"comparison", "level", "bits"} == set(one["evidence"][0])
    assert (one["evidence"][0]["comparison"], one["evidence"][0]["level"]) == ("nid", "same")


def test_an_officer_is_told_of_others_what_coordination_may_say(
    known: str, amina: Viewer, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(wasl(capsys, "who", "--nid", IDS["karim"], "--as", "amina", "--json"))
    assert (told["band"], told["candidates"]) == ("new", [])
    assert told["coordination"]["outcome"] == "known"
    assert told["coordination"]["coverage"][0] == {
        "slot": "food", "month": "2025-03", "by": "other", "free_from": "2025-04",
    }  # fmt: skip
    said = wasl(capsys, "who", "--nid", IDS["karim"], "--as", "amina")
    assert "known to other organisations" in said and "2025-04" in said
    assert KARIM[0] not in said and "m02" not in said


def test_lines_say_the_answer_first(known: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = wasl(capsys, "who", "--nid", IDS["saeed"]).splitlines()
    assert lines[0] == f"This person is registered already: {SAEED[0]}."
    assert lines[1].startswith("The same person") and "national id" in lines[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--nid"),
        (("--nid", "123"), "--nid: a national id has 14 digits"),
        (("--name", "محمود", "--born", "31/2/1985"), "--born"),
        (("--name", "محمود", "--place", "؟"), "--place"),
        (("--name", "محمود", "--phone", "1"), "--phone"),
        (("--name", "محمود", "--sex", "x"), "--sex"),
        (("--name", "محمود", "--spouse-nid", "1"), "--spouse-nid"),
    ],
)
def test_what_is_missing_or_cannot_be_read_is_named(
    desk: Viewer, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in wasl(capsys, "who", *arguments, code=2)
