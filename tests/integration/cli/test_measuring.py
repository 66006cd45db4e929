"""`wasl audit-sample` and `wasl drift`: nothing before the first run, then what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from tests.integration.cli.office import Office, opened_office
from tests.integration.linkage.test_same_whatever_the_files import write
from tests.integration.registry.test_search import KARIM, RAHMAN, SAEED

BOXES = ("--kind", "given", "--need", "food_box", "--month", "2025-03", "--yes")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a list each of two organisations; Saeed's family is in both. Nothing is linked yet."""
    folder = tmp_path_factory.mktemp("office")
    with opened_office(folder / "home") as made:
        made.run("init")
        for code, rows in (("m01", [SAEED, RAHMAN]), ("m02", [SAEED, KARIM])):
            made.run("organisations", "add", code, "--kind", "charity", "--name-ar", f"جمعية {code}")
            made.run("load", str(write(folder / f"{code}.csv", rows)), "--from", code, *BOXES)
        yield made


def test_a_month_is_drawn_and_drift_is_told(office: Office) -> None:
    assert "Nothing has been linked" in office.run("audit-sample", code=6).stderr
    assert "Nothing changed" in office.run("drift").stdout
    office.run("link")
    first = cast(dict[str, Any], office.json("audit-sample", "--month", "2026-03", "--seed", "9"))
    assert (first["month"], first["drawn"]) == ("2026-03", True)
    month = first["months"][0]
    assert (month["seed"], month["judged"], month["precision"], month["missed"]) == (9, 0, None, None)
    links = [part for part in month["parts"] if part["stratum"] in ("certain", "likely")]
    assert sum(part["frame_size"] for part in links) == sum(part["drawn"] for part in links) == 2
    said = office.run("audit-sample", "--month", "2026-03", "--seed", "8").stdout
    assert "was drawn before" in said and "not known yet" in said
    office.run("audit-sample", "--month", "2026-13", code=2)
    told = cast(dict[str, Any], office.json("drift"))
    people = {
        (one["organisation"], one["change"]): one["items"] for one in told["sums"] if one["kind"] == "person"
    }
    assert people == {("m01", "arrived"): 4, ("m02", "arrived"): 3}
    assert (told["since"], told["examples"]) == (0, [])
    assert (
        "People, Came as somebody new, A new list, m02"
        in office.run("drift", "--to", str(told["until"])).stdout
    )
    office.run("drift", "--to", "999", code=3)
