"""Every way to part rows: what is tested, what is learned from, what is in neither and why."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from samples import parquet

from mll_core.catalog import STEPS
from mll_core.domain.data import Split
from mll_core.domain.errors import (
    InvalidParameter,
    TooFewRows,
    UnfitRows,
    UnfitTarget,
    UnknownColumn,
)
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.task import Task
from mll_core.infra import beside, folds, warehouse
from mll_core.infra.beside import Deciding
from mll_core.infra.objects import ObjectStore
from mll_core.stages import prepare

N = 400
DAYS = pd.date_range("2024-01-01", periods=N, freq="D")
ROWS = pd.DataFrame(
    {
        "row": range(N),
        "day": DAYS,
        "who": [f"c{(i * 7) % 80}" for i in range(N)],
        "newcomer": [f"c{i // 10}" for i in range(N)],
        "y": ["yes" if i % 3 == 0 else "no" for i in range(N)],
        "price": np.random.default_rng(0).lognormal(size=N),
    }
)


class Parted:
    """A split with its rows and folds."""

    def __init__(self, home: Path, rows: pd.DataFrame, target: str = "y", **section: Any) -> None:
        objects, task = ObjectStore(home), Task.BINARY if target == "y" else Task.REGRESSION
        plan = prepare.SplitPlan(SplitSection(**section), target, task)
        self.split: Split = prepare.split(Recipe(), parquet(home, rows), plan, objects)
        path = objects.path(self.split.development.sha256)
        self.development = warehouse.frame("FROM rows", path)
        self.test = warehouse.frame("FROM rows", objects.path(self.split.test.sha256))
        y = pd.factorize(self.development[target])[0]
        decided = beside.read(Recipe(), path, Deciding.of(self.split))
        self.cuts = folds.folds(y, self.split, decided)


def test_rows_made_of_one_row_are_in_one_part_and_never_in_two_folds(tmp_path: Path) -> None:
    explode = Recipe(steps=(STEPS["explode_list"].of(column="tags"),))
    rows = pd.DataFrame(
        {
            "tags": ["a,b"] * 60,
            "part": ["train", "validation", "test"] * 20,
            "y": ["yes", "no"] * 30,
            "n": range(60),
        }
    )
    objects = ObjectStore(tmp_path)
    plan = prepare.SplitPlan(SplitSection(part_column="part"), "y", Task.BINARY)
    made = prepare.split(explode, parquet(tmp_path, rows, "three"), plan, objects)
    assert made.folds == 1
    two = parquet(tmp_path, rows.replace({"part": {"validation": "train"}}), "two")
    with pytest.raises(InvalidParameter, match="but not in one fold") as caught:
        prepare.split(explode, two, plan, objects)
    assert "say validation" in caught.value.hint


def test_rows_in_the_gap_before_the_test_are_left_out_counted_and_said(tmp_path: Path) -> None:
    made = Parted(tmp_path, ROWS, time_column="day", gap=14, folds=4)
    assert made.test["row"].tolist() == list(range(320, 400))
    assert made.development["row"].tolist() == list(range(307))  # day 306 is 14 days before 320
    assert made.split.left_in_gap == 13
    assert "13 rows lie in the gap of 14 before the test and are left out" in made.split.sentence
    assert len(made.cuts) == made.split.folds == 4
    for learn, valid in made.cuts:
        first, last = made.development["day"][valid].min(), made.development["day"][learn].max()
        assert first - last == pd.Timedelta(days=14)


def test_a_gap_over_numbers_is_in_their_units(tmp_path: Path) -> None:
    made = Parted(tmp_path, ROWS, time_column="row", gap=5)
    assert made.development["row"].max() == 320 - 5
    assert made.split.left_in_gap == 4


def test_the_newest_are_tested_and_older_rows_of_tested_groups_are_left_out(
    tmp_path: Path,
) -> None:
    made = Parted(tmp_path, ROWS, time_column="day", group_column="newcomer", gap=3, folds=3)
    assert made.split.kind == "time_group"
    assert made.test["row"].min() == 320
    assert not set(made.test["newcomer"]) & set(made.development["newcomer"])
    rows = pd.DataFrame(
        {**ROWS, "who": ["old"] * 200 + ["both"] * 60 + ["mid"] * 60 + ["both"] * 80}
    )
    made = Parted(tmp_path, rows, time_column="day", group_column="who", kind="time_group",
                  validation_share=0.1)  # fmt: skip
    assert made.split.left_of_tested_groups == 60
    assert "60 older rows are left out because their 'who' is tested" in made.split.sentence
    assert made.development["row"].tolist() == [*range(200), *range(260, 320)]
    ((learn, valid),) = made.cuts
    assert valid.tolist() == list(range(220, 260))  # the newest tenth of 400, all "mid"
    assert learn.tolist() == list(range(200))  # and so no "mid" is learned from


def test_when_every_group_is_tested_the_split_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TooFewRows, match="320 are older rows of groups that are tested") as caught:
        Parted(tmp_path, ROWS, time_column="day", group_column="who")
    assert "split by time alone" in caught.value.hint


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["time", "time_group"]),
    gap=st.sampled_from([0.0, 1.0, 7.5, 20.0]),
    share=st.none() | st.sampled_from([0.1, 0.2]),
    seed=st.integers(0, 1000),
)
def test_no_fold_learns_from_the_future_the_gap_or_a_group_it_is_judged_on(
    tmp_path: Path, kind: str, gap: float, share: float | None, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    rows = ROWS.assign(
        day=DAYS[rng.permutation(N)].where(rng.random(N) > 0.1),
        who=np.where(rng.random(N) < 0.05, None, [f"c{i}" for i in rng.integers(0, 200, N)]),
    )
    made = Parted(tmp_path, rows, kind=kind, time_column="day", group_column="who", gap=gap,
                  validation_share=share, folds=3)  # fmt: skip
    both = [(made.development, made.test)]
    both += [(made.development.iloc[a], made.development.iloc[b]) for a, b in made.cuts]
    for learn, held in both:
        dated = learn["day"].dropna()
        assert dated.empty or held["day"].min() - dated.max() >= pd.Timedelta(days=gap)
        assert held["day"].notna().all()
        if kind == "time_group":
            assert not set(learn["who"].fillna("")) & set(held["who"].fillna(""))
    split = made.split
    counted = split.left_in_gap + split.left_of_tested_groups
    assert len(made.development) + len(made.test) + counted == N
    assert len(made.test) == 80


def test_a_column_of_the_users_says_which_part_a_row_is_in(tmp_path: Path) -> None:
    words = np.array([" Train", "TRAINING", "validation", "Val ", "test"])
    rows = ROWS.assign(part=words[np.arange(N) % 5])
    made = Parted(tmp_path, rows, part_column="part")
    assert made.split.kind == "column"
    assert made.split.aside == {"part"}
    assert (made.test["row"] % 5 == 4).all()
    ((learn, valid),) = made.cuts
    assert sorted(made.development["part"].iloc[valid].unique()) == ["Val ", "validation"]
    assert len(learn) == len(valid) == 160
    assert "as 'part' says" in made.split.sentence
    assert "one validation cut, 160 rows of them" in made.split.sentence


def test_a_column_without_validation_rows_gives_folds(tmp_path: Path) -> None:
    rows = ROWS.assign(part=np.where(np.arange(N) % 4 == 0, "test", "train"))
    made = Parted(tmp_path, rows, part_column="part", folds=4, repeats=1)
    assert len(made.test) == 100
    assert len(made.cuts) == 4


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["train", "test", "holdout", "x"], "holds 'holdout', 'x': no part is called so"),
        (["train", "test", "train", None], "is empty in 100 rows"),
        ([0, 1, 2, 3], "holds '0', '1', '2' and 1 other values"),
    ],
)
def test_other_words_in_that_column_are_refused(
    tmp_path: Path, values: list[Any], said: str
) -> None:
    with pytest.raises(UnfitRows, match=said) as caught:
        Parted(tmp_path, ROWS.assign(part=values * 100), part_column="part")
    assert str(caught.value).startswith("split.part_column: 'part'")
    assert "train, validation or test" in caught.value.hint


def test_both_learning_and_testing_need_rows_of_that_column(tmp_path: Path) -> None:
    with pytest.raises(TooFewRows, match="'part' says of no row 'test'"):
        Parted(tmp_path, ROWS.assign(part="train"), part_column="part")


@pytest.mark.parametrize("section", [
    {"kind": "random"}, {}, {"group_column": "who"}, {"time_column": "day"},
])  # fmt: skip
@pytest.mark.parametrize("target", ["y", "price"])
def test_shares_part_the_rows_in_three(
    tmp_path: Path, section: dict[str, Any], target: str
) -> None:
    made = Parted(tmp_path, ROWS, target, test_share=0.25, validation_share=0.15, **section)
    ((learn, valid),) = made.cuts
    assert len(made.test) == pytest.approx(100, abs=5)
    assert len(valid) == pytest.approx(60, abs=5)
    assert len(learn) + len(valid) + len(made.test) == N
    assert (made.split.folds, made.split.repeats) == (1, 1)
    assert f"one validation cut, {len(valid)} " in made.split.sentence


def test_shares_that_leave_too_little_are_refused() -> None:
    with pytest.raises(ValidationError, match="take 90% of the rows; at most 80%"):
        SplitSection(test_share=0.5, validation_share=0.4)


def test_a_kind_without_its_column_is_refused_by_field(tmp_path: Path) -> None:
    with pytest.raises(UnknownColumn, match=r"split\.group_column: no column is named"):
        Parted(tmp_path, ROWS, kind="time_group", time_column="day")
    with pytest.raises(UnknownColumn, match=r"split\.part_column"):
        Parted(tmp_path, ROWS, part_column="parts")
    with pytest.raises(UnfitTarget, match="'y' is the target"):
        Parted(tmp_path, ROWS, part_column="y")


@pytest.mark.parametrize("kind", ["random", "stratified"])
def test_a_fresh_test_is_cut_from_the_rows_that_were_added(tmp_path: Path, kind: str) -> None:
    parted = Parted(tmp_path, ROWS, kind=kind, fresh_from=330)
    assert parted.test["row"].tolist() == list(range(330, N))
    assert parted.development["row"].tolist() == list(range(330))
    assert "those added after row 330 of the data" in parted.split.sentence


def test_a_fresh_test_by_time_or_group_keeps_older_moments_and_known_groups_out(
    tmp_path: Path,
) -> None:
    late = ROWS.copy()
    late.loc[360:, "day"] = DAYS[100]
    for name in ("time", "group"):
        (tmp_path / name).mkdir()
    parted = Parted(tmp_path / "time", late, kind="time", time_column="day", fresh_from=330)
    assert parted.test["row"].tolist() == list(range(330, 360))
    whom = Parted(tmp_path / "group", ROWS, kind="group", group_column="newcomer", fresh_from=325)
    assert whom.test["row"].tolist() == list(range(330, N))
    assert not set(whom.test["newcomer"]) & set(whom.development["newcomer"])


def test_too_few_added_rows_are_no_test(tmp_path: Path) -> None:
    with pytest.raises(TooFewRows, match="Only 5 rows that were added"):
        Parted(tmp_path, ROWS, fresh_from=N - 5)


def test_a_recipe_that_chooses_rows_keeps_the_numbers_of_those_that_were_added(
    tmp_path: Path,
) -> None:
    objects = ObjectStore(tmp_path)
    plan = prepare.SplitPlan(SplitSection(fresh_from=330), "y", Task.BINARY)
    step = STEPS["filter_rows"].of(formula="row % 2 == 0")
    made = prepare.split(Recipe(steps=(step,)), parquet(tmp_path, ROWS), plan, objects)
    test = warehouse.frame("FROM rows", objects.path(made.test.sha256))
    assert test["row"].tolist() == list(range(330, N, 2))


def test_it_is_said_where_rows_were_parted_and_when_that_leaves_too_few(tmp_path: Path) -> None:
    objects, plan = ObjectStore(tmp_path), prepare.SplitPlan(SplitSection(), "y", Task.BINARY)
    sample = STEPS["sample_rows"].of(share=0.5)
    path = parquet(tmp_path, ROWS)
    made = prepare.split(Recipe(steps=(sample,)), path, plan, objects)
    assert made.sentence.endswith(
        "Rows were parted before the step 'Sample rows', which chose among those of each part: no "
        "tested row decides which others stay."
    )
    both = (made.development.rows + made.test.rows, made.test.rows)
    assert both == (-(-N * 8 // 20) + -(-N * 2 // 20), -(-N * 2 // 20))
    newest = SplitSection(time_column="day")
    nothing = STEPS["keep_period"].of(column="day", start=f"{DAYS[N - 75]:%Y-%m-%d}")
    plan = prepare.SplitPlan(newest, "y", Task.BINARY)
    made = prepare.split(Recipe(steps=(sample, nothing)), path, plan, objects)
    assert (made.development.rows, made.test.rows) == (30, 8)  # halves of 60 and 15
    late = STEPS["filter_rows"].of(formula=f"row >= {N - 75}")
    with pytest.raises(TooFewRows, match=r"^The steps leave 0 rows to learn from and 36 to test"):
        prepare.split(Recipe(steps=(sample, late)), path, plan, objects)
    unanswered = parquet(tmp_path, ROWS.assign(y=[None, *ROWS["y"][1:]]), "unanswered")
    added = prepare.SplitPlan(SplitSection(kind="random", fresh_from=1), "y", Task.BINARY)
    with pytest.raises(TooFewRows, match=r"^All 399 rows fall to one part"):
        prepare.split(Recipe(), unanswered, added, objects)
