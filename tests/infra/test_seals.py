from pathlib import Path

import pytest

from mll_core.domain.identity import Actor
from mll_core.infra.database import Database
from mll_core.infra.seals import Seals

pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def seals(tmp_path: Path) -> Seals:
    return Seals(Database(tmp_path), "p", Actor(name="ana"))


def test_a_wording_is_sealed_once_and_keeps_its_time(seals: Seals) -> None:
    first = seals.seal("abc", ["roc_auc at least 0.8."])
    assert seals.seal("abc", []) == first
    seals.seal("def", [])
    assert [event.detail["sha256"] for event in seals.sealed()] == ["abc", "def"]


def test_each_candidate_opens_the_test_once(seals: Seals) -> None:
    assert seals.open_test("rows", "run1") == 1
    assert seals.open_test("rows", "run1") == 1
    assert seals.open_test("rows", "run2") == 2
    assert seals.open_test("other rows", "run2") == 1
    assert len(seals.openings("rows")) == 2
