from pathlib import Path

import pytest

from mll_core.domain.errors import Forbidden
from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.artefacts import Artefact, Artefacts
from mll_core.infra.database import Database

pytestmark = pytest.mark.usefixtures("catalog")
ANA = Actor(name="ana")


def result(stage: str, inputs: str, **value: object) -> Artefact:
    return Artefact(
        project="p", stage=stage, fingerprint="f", inputs=inputs, document_version=1, value=value
    )


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path)


def test_the_newest_result_wins_and_the_same_inputs_are_found_again(database: Database) -> None:
    artefacts = Artefacts(database, "p", ANA)
    assert artefacts.newest("prepare") is None
    first = artefacts.add(result("prepare", "a", rows=1, name="ü"), "prepare.done")
    second = artefacts.add(result("prepare", "b", rows=2), "prepare.done")
    other = artefacts.add(result("collect", "a", rows=3), "collect.done")
    assert artefacts.newest("prepare") == second
    assert artefacts.same_inputs("prepare", "a") == first
    assert artefacts.same_inputs("prepare", "c") is None
    assert artefacts.all("prepare") == (second, first)
    assert artefacts.all("collect") == (other,)
    assert Artefacts(database, "q", ANA).newest("prepare") is None
    kinds = [event.kind for event in events.read(database, "p", 9)]
    assert kinds == ["collect.done", "prepare.done", "prepare.done"]


def test_a_result_of_who_may_not_run_is_not_kept(database: Database) -> None:
    stranger = Artefacts(database, "p", Actor(name="eve", kind="account"))
    with pytest.raises(Forbidden):
        stranger.add(result("prepare", "a"), "prepare.done")
    assert stranger.all("prepare") == ()
    assert events.read(database, "p", 9) == ()
