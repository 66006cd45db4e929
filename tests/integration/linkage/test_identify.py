"""Who is this? Asked as an officer and as the desk, of the two organisations of the search tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import write
from tests.integration.registry.test_search import IDS, KARIM, RAHMAN, SAEED
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.linkage.actions import run_linkage
from wasl.linkage.identify import Answer, Query, identify
from wasl.organisations.viewer import Viewer

TODAY = date(2025, 4, 1)
Load = Callable[..., str]


@pytest.fixture
def load(desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path) -> Load:
    def run(organisation: str, *rows: list[str], **options: Any) -> str:
        chosen = LoadOptions(**{"today": TODAY, "kind": "known", **options})
        path = write(tmp_path / f"{organisation}-{len(rows)}.csv", list(rows))
        return load_file(path=path, organisation=organisation, options=chosen, by=desk, at=NOW).lists[0]

    return run


def ask(viewer: Viewer, **facts: Any) -> Answer:
    return identify(viewer, Query(**facts), at=NOW)


def names(answer: Answer) -> list[str]:
    return [candidate.best.name for candidate in answer.candidates]


def test_an_id_alone_says_who_it_is(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED, RAHMAN)
    load("m02", KARIM)
    run_linkage(by=desk, at=NOW)
    answer = ask(desk, nid=IDS["saeed"])
    assert (answer.band, names(answer)) == ("same", [SAEED[0]])
    best = answer.candidates[0]
    assert best.basis == "id" and best.person and best.family
    assert ask(amina, nid=IDS["saeed"]).band == "same"


def test_an_officer_is_told_nothing_of_others_people(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED)
    load("m02", KARIM)
    run_linkage(by=desk, at=NOW)
    answer = ask(amina, nid=IDS["karim"])
    assert (answer.band, answer.candidates) == ("new", ())
    assert answer.elsewhere is not None and answer.elsewhere.outcome == "known"
    assert ask(desk, nid=IDS["karim"]).band == "same"
