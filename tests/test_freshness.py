import stat
from pathlib import Path
from typing import Any

import projects
import pytest

from mll_core import freshness
from mll_core.domain.document import Document
from mll_core.domain.stage import Stage, Status
from mll_core.workspace import Workspace


def of(**changes: Any) -> Document:
    plain = Document(name="p").to_json()
    for path, value in changes.items():
        section, field = path.split("__")
        plain[section][field] = value
    return Document.model_validate(plain)


@pytest.mark.parametrize("stage", Stage)
def test_a_field_that_comes_with_its_default_leaves_old_results_fresh(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = of(split__folds=3)
    before = freshness.fingerprint(today, stage), freshness.inputs(stage, today, {})
    plain, later = today.to_json(), Document(name="").to_json()
    for section in ("brief", "data", "prepare", "split", "train", "evaluate", "deploy", "monitor"):
        plain[section]["new_field"] = later[section]["new_field"] = {"one": 1, "two": [2]}
    monkeypatch.setattr(freshness, "DEFAULTS", later)
    monkeypatch.setattr(Document, "to_json", lambda _: plain)
    assert (freshness.fingerprint(today, stage), freshness.inputs(stage, today, {})) == before
    plain["brief"]["new_field"] = plain["data"]["new_field"] = {"one": 2, "two": [2]}
    assert freshness.fingerprint(today, stage) != before[0]


def test_a_value_that_differs_from_its_default_makes_what_follows_stale() -> None:
    default, chosen = of(), of(split__folds=3)
    assert freshness.fingerprint(default, Stage.TRAIN) != freshness.fingerprint(chosen, Stage.TRAIN)
    same = freshness.fingerprint(chosen, Stage.COLLECT)
    assert freshness.fingerprint(default, Stage.COLLECT) == same


@pytest.mark.parametrize(
    "change", [{"data__personal": ["name"]}, {"data__retention_days": 30}, {"brief__sign_offs": []}]
)
def test_what_is_decided_about_people_changes_no_result(change: dict[str, Any]) -> None:
    for stage in Stage:
        assert freshness.fingerprint(of(**change), stage) == freshness.fingerprint(of(), stage)


def test_naming_the_key_of_a_row_leaves_what_was_collected_fresh(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    project = workspace.create_project("Churn", str(projects.csv(tmp_path)), target="left")
    assert project.document.data.keys == ("customer_id",)
    states = {state.stage: state.status for state in project.states()}
    assert states[Stage.COLLECT] is Status.DONE
    assert stat.S_IMODE(workspace.home.stat().st_mode) == 0o700
