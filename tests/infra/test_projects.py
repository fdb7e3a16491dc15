from pathlib import Path

import pytest

from mll_core.domain.document import Document
from mll_core.domain.errors import Conflict, InvalidParameter, NotFound
from mll_core.domain.identity import Actor
from mll_core.infra.database import Database
from mll_core.infra.projects import Projects, slug_of

pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def projects(tmp_path: Path) -> Projects:
    return Projects(Database(tmp_path), tmp_path, {}, Actor(name="ana"))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Churn demo", "churn-demo"),
        ("Été/2026!", "ete-2026"),
        ("../../etc", "etc"),
        ("a" * 99, "a" * 60),
    ],
)
def test_a_name_becomes_a_harmless_address(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_name_without_letters_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="no letter or digit"):
        slug_of("☃ //")


def test_a_taken_name_gets_a_number(projects: Projects) -> None:
    slugs = [projects.create(Document(name="Churn"), "created") for _ in range(3)]
    assert slugs == ["churn", "churn-2", "churn-3"]


def test_every_save_is_a_version_with_author_time_and_reason(projects: Projects) -> None:
    slug = projects.create(Document(name="Churn"), "created")
    text = projects.newest(slug).text.replace("folds: 5", "folds: 4")
    projects.save(slug, text, based_on=1, reason="fewer folds")
    newest, first = projects.versions(slug)
    assert (newest.version, newest.author, newest.reason) == (2, "ana", "fewer folds")
    assert newest.at > first.at
    assert projects.path(slug).read_text(encoding="utf-8") == text
    diff = projects.diff(slug, 1, 2)
    assert "-  folds: 5" in diff
    assert "+  folds: 4" in diff


def test_of_two_edits_of_one_version_the_second_is_refused(projects: Projects) -> None:
    slug = projects.create(Document(name="Churn"), "created")
    text = projects.newest(slug).text
    projects.save(slug, text.replace("folds: 5", "folds: 4"), based_on=1, reason="mine")
    with pytest.raises(Conflict, match="ana changed it"):
        projects.save(slug, text.replace("folds: 5", "folds: 3"), based_on=1, reason="yours")
    assert projects.newest(slug).version == 2


def test_an_unknown_project_or_version_is_named_with_what_there_is(projects: Projects) -> None:
    slug = projects.create(Document(name="Churn"), "created")
    with pytest.raises(NotFound) as caught:
        projects.newest("chrun")
    assert "churn" in caught.value.hint
    with pytest.raises(NotFound, match="'7'"):
        projects.version(slug, 7)
