"""`wasl model`: drawn, listed, learnt, measured, and used by way of a run that waits."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.benefits.test_commands import wasl
from tests.integration.linkage.filling import fill_registry
from wasl.cli.main import run
from wasl.linkage.kept_models import add_model
from wasl.matching import ModelFile
from wasl.organisations.viewer import Viewer
from wasl.synth.records import population_records

Said = pytest.CaptureFixture[str]


@pytest.fixture
def registry(engine: psycopg.Connection, desk: Viewer, organisation_a: int, organisation_b: int) -> None:
    tables = population_records(200, 4, seed=17)
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    fill_registry(engine, tables, {n: (organisation_a, organisation_b)[n % 2] for n in numbers})
    engine.commit()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    from wasl.country.egypt.names import engine_rules
    from wasl.matching import NameRules, link_records

    tables = population_records(200, 4, seed=17)
    return link_records(
        tables["records"], tables["entries"], tables["members"],
        names=NameRules(**engine_rules()), workdir=tmp_path_factory.mktemp("learning"),
    ).model_file  # fmt: skip


def test_a_model_is_drawn_with_a_bar_for_every_level(
    desk: Viewer, engine: psycopg.Connection, model: ModelFile, capsys: Said
) -> None:
    add_model(by=desk, at=NOW, model=model, note="first")
    drawn = wasl(capsys, "model", "show", model.version)
    assert f"Model {model.version}" in drawn and "given name" in drawn
    assert sum("█" in line or "░" in line for line in drawn.splitlines()) > 30
    told = json.loads(wasl(capsys, "model", "show", model.version, "--json"))
    assert ModelFile.from_content(told) == model
    with pytest.raises(SystemExit):
        run(["--lang", "ar", "model", "show", model.version])
    arabic = capsys.readouterr().out
    assert f"النموذج {model.version}" in arabic and "█" in arabic
    listed = json.loads(wasl(capsys, "model", "list", "--json"))
    assert [(row["version"], row["state"], row["note"]) for row in listed] == [
        (model.version, "draft", "first")
    ]
    assert model.version in wasl(capsys, "model", "list")


def test_a_model_in_a_file_is_drawn_too_and_a_wrong_one_refused(
    desk: Viewer, engine: psycopg.Connection, model: ModelFile, tmp_path: Path, capsys: Said
) -> None:
    file = tmp_path / "model.json"
    file.write_text(model.to_json())
    assert f"Model {model.version}" in wasl(capsys, "model", "show", str(file))
    file.write_text(model.to_json().replace('"priors"', '"priorities"'))
    assert "priors" in wasl(capsys, "model", "show", str(file), code=2)
    assert "no model yet" in wasl(capsys, "model", "show", code=3)


def test_learning_writes_a_file_and_measuring_tells_bounds(
    registry: None, desk: Viewer, tmp_path: Path, capsys: Said
) -> None:
    file = tmp_path / "learnt.json"
    told = json.loads(wasl(capsys, "model", "learn", "--out", str(file), "--json"))
    learnt = ModelFile.from_json(file.read_text())
    assert (told["version"], told["file"]) == (learnt.version, str(file))
    measured = json.loads(wasl(capsys, "model", "evaluate", learnt.version, "--json"))
    assert measured["ids_hidden"] == learnt.evaluation["ids_hidden"]
    said = wasl(capsys, "model", "evaluate", str(file))
    assert "right of what is joined" in said and "%" in said


def test_using_a_model_shows_what_it_changes_and_waits(
    registry: None, desk: Viewer, model: ModelFile, tmp_path: Path, capsys: Said
) -> None:
    file = tmp_path / "model.json"
    file.write_text(model.to_json())
    told = json.loads(wasl(capsys, "model", "use", str(file), "--json"))
    assert (told["version"], told["published"]) == (model.version, False)
    assert told["difference"]["after_people"] > 0
    said = wasl(capsys, "model", "use", model.version)
    assert "prepared and waits" in said and "People: 0 now" in said
    assert [row["state"] for row in json.loads(wasl(capsys, "model", "list", "--json"))] == ["draft"]


def test_the_model_is_the_desks(amina: Viewer, capsys: Said) -> None:
    for command in (("list",), ("show",), ("learn",), ("evaluate",), ("use", "x")):
        wasl(capsys, "model", *command, "--as", "amina", code=4)
