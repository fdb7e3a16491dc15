from pathlib import Path

import pytest

from mll_core.domain.document import SignOff
from mll_core.domain.errors import NotFound, NotReady
from mll_core.domain.identity import Actor
from mll_core.domain.serving import ModelVersion
from mll_core.infra.database import Database
from mll_core.infra.registry import Registry

pytestmark = pytest.mark.usefixtures("catalog")


def version(run: str) -> ModelVersion:
    return ModelVersion(
        project="p", number=0, run_id=run, model="m", sha256=run, data_version="d",
        document_version=1,
    )  # fmt: skip


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    registry = Registry(Database(tmp_path), "p", Actor(name="ana"))
    for run in ("a", "b", "c"):
        registry.register(version(run))
    return registry


def test_versions_are_numbered_and_one_run_is_registered_once(registry: Registry) -> None:
    assert [v.number for v in registry.versions()] == [3, 2, 1]
    assert registry.register(version("b")).number == 2
    assert len(registry.versions()) == 3


def test_promotion_needs_the_approval_of_that_very_version(registry: Registry) -> None:
    with pytest.raises(NotReady, match="not approved"):
        registry.promote(3, needs_approval=True)
    registry.approve(2, SignOff(by="ana", role="head", at="now"))
    with pytest.raises(NotReady):
        registry.promote(3, needs_approval=True)
    assert registry.promote(2, needs_approval=True).aliases == ("champion",)
    champion = registry.champion()
    assert champion is not None
    assert champion.number == 2
    assert registry.version(2).approvals[0].by == "ana"


def test_going_back_goes_back_one_promotion_at_a_time(registry: Registry) -> None:
    for number in (1, 2, 3):
        registry.promote(number, needs_approval=False)
    assert registry.rollback().number == 2
    assert registry.rollback().number == 1
    with pytest.raises(NotReady, match="only champion"):
        registry.rollback()


def test_going_back_without_a_champion_or_to_nowhere_is_refused(registry: Registry) -> None:
    with pytest.raises(NotReady, match="No model has been promoted"):
        registry.rollback()
    with pytest.raises(NotFound, match="'9'"):
        registry.promote(9, needs_approval=False)


def test_the_newest_is_the_candidate_until_it_answers(registry: Registry) -> None:
    candidate = registry.candidate()
    assert candidate is not None
    assert candidate.number == 3
    registry.promote(3, needs_approval=False)
    assert registry.candidate() is None
