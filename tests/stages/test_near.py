from pathlib import Path

import pandas as pd
import pytest
from samples import parquet

from mll_core.domain.errors import UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.drop_near_duplicates import DropNearDuplicates
from mll_core.plugins.steps.trim_text import TrimText
from mll_core.stages import prepare
from mll_core.stages.prepare import comparing

PEOPLE = pd.DataFrame(
    {
        "name": [
            "Ana Silva",
            "Ana Sylva",
            "Ana Silva",
            "Bo Berg",
            "Cy Young",
            "Bo Berg",
            "Ann Lee",
        ],
        "street": [
            "Rua Nova 5",
            "Rua Nova 5",
            "Rua Nova",
            "Storgata 1",
            "Elm 2",
            "Storgata 1",
            None,
        ],
        "n": range(7),
    }
)


def test_rows_that_agree_nearly_are_one_group_with_the_most_complete_first(tmp_path: Path) -> None:
    found = prepare.near(Recipe(), parquet(tmp_path, PEOPLE), ["name", "street"], 0.9)
    assert (found.distinct, found.compared) == (6, 6)
    (group,) = found.groups
    assert set(group.contents) == {
        "Ana Silva | Rua Nova 5",
        "Ana Sylva | Rua Nova 5",
        "Ana Silva | Rua Nova",
    }
    assert 0.9 <= group.score < 1


def test_what_is_accepted_is_a_step_after_which_nothing_is_left_to_judge(tmp_path: Path) -> None:
    path, columns = parquet(tmp_path, PEOPLE), ("name", "street")
    found = prepare.near(Recipe(), path, columns)
    step = DropNearDuplicates(columns=columns, decisions=prepare.decided(found.groups))
    recipe = Recipe(steps=(step,))
    assert prepare.preview(recipe, path).n_after == 5
    assert not prepare.near(recipe, path, columns).groups


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownColumn):
        prepare.near(Recipe(), parquet(tmp_path, PEOPLE), ["town"])


def test_many_rows_are_compared_by_their_rare_words(tmp_path: Path) -> None:
    names = [f"Person{n} of House{n % 900}" for n in range(20_000)]
    rows = pd.DataFrame({"name": [*names, "Person77 of Hous77", "Persn4000 of House400"]})
    found = prepare.near(Recipe(), parquet(tmp_path, rows), ["name"], 0.97)
    assert "Person77 of Hous77" in {c for group in found.groups for c in group.contents}


def test_what_is_alike_in_many_rows_is_found_once_and_kept_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MANY", 3)
    objects = tmp_path / "home" / "objects" / "ab"
    objects.mkdir(parents=True)
    (tmp_path / "home" / "tmp").mkdir()
    (tmp_path / "home" / "sealed").mkdir()
    path = parquet(objects, PEOPLE)
    rows, asked = prepare.Compared(Recipe(), path, {}), prepare.NearRows(columns=("name", "street"))
    assert rows.large
    assert rows.known_rows(asked) is None
    said: list[tuple[float, str]] = []
    found = rows.rows(asked, lambda share, message: said.append((share, message)))
    assert found == prepare.near(Recipe(), path, asked.columns)
    assert said[-1] == (0.7, "Comparing them")
    assert rows.known_rows(asked) == found
    assert rows.rows(asked, pytest.fail) == found
    assert rows.known_rows(asked.model_copy(update={"least": 0.8})) is None
    spelled = prepare.Spellings(column="name")
    assert rows.spellings(spelled) == rows.known_spellings(spelled)
    assert (
        prepare.Compared(Recipe(steps=(TrimText(column="name"),)), path, {}).known_spellings(
            spelled
        )
        is None
    )
