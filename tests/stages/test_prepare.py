import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from real_data import real
from samples import AWKWARD, parquet

from mll_core.catalog import STEPS
from mll_core.domain.data import Split
from mll_core.domain.errors import (
    InvalidParameter,
    MllError,
    Stopped,
    TooFewRows,
    UnfitTarget,
    UnknownColumn,
    WrongColumnKind,
)
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.step import Step
from mll_core.domain.task import Task
from mll_core.infra import beside, few_rows, folds, warehouse
from mll_core.infra.beside import Deciding
from mll_core.infra.folds import Beside
from mll_core.infra.objects import ObjectStore
from mll_core.plugins.steps.aggregate_rows import AggregateRows
from mll_core.plugins.steps.change_case import ChangeCase
from mll_core.plugins.steps.derive_column import DeriveColumn
from mll_core.plugins.steps.drop_columns import DropColumns
from mll_core.plugins.steps.drop_duplicates import DropDuplicates
from mll_core.plugins.steps.fill_by_time import FillByTime
from mll_core.plugins.steps.fill_missing import FillMissing
from mll_core.plugins.steps.filter_rows import FilterRows
from mll_core.plugins.steps.join_table import JoinTable
from mll_core.plugins.steps.lag_values import LagValues
from mll_core.plugins.steps.limit_values import LimitValues
from mll_core.plugins.steps.parse_dates import ParseDates
from mll_core.plugins.steps.pivot_values import PivotValues
from mll_core.plugins.steps.rename_columns import RenameColumns
from mll_core.plugins.steps.trim_text import TrimText
from mll_core.stages import prepare

N = 300
ROWS = pd.DataFrame(
    {
        "row": range(N),
        "x": np.linspace(0, 1, N),
        "city": ["  Rome", "Oslo", None] * (N // 3),
        "who": [f"g{i % 40}" for i in range(N)],
        "day": [f"{1 + i % 28:02}.{1 + i // 28 % 12:02}.2024" for i in range(N)],
        "y": ["yes" if i % 10 == 0 else "no" for i in range(N)],
        "price": np.random.default_rng(0).lognormal(size=N),
    }
)


def recipe(*steps: Step) -> Recipe:
    return Recipe(steps=steps)


def filled(column: str) -> Step:
    """A step before which what makes ``column`` runs once."""
    return FillByTime(column=column, time="day")


def split(
    home: Path,
    rows: pd.DataFrame = ROWS,
    *steps: Step,
    target: str = "y",
    task: Task = Task.BINARY,
    **section: Any,
) -> tuple[Split, pd.DataFrame, pd.DataFrame]:
    """The split, its development rows and its test rows."""
    objects = ObjectStore(home)
    path = parquet(home, rows)
    plan = prepare.SplitPlan(SplitSection(**section), target, task)
    made = prepare.split(recipe(*steps), path, plan, objects)
    parts = [
        warehouse.frame("SELECT * FROM rows", objects.path(version.sha256))
        for version in (made.development, made.test)
    ]
    return made, parts[0], parts[1]


def decided(home: Path, made: Split, *steps: Step) -> Beside:
    """What decides about the development rows."""
    path = ObjectStore(home).path(made.development.sha256)
    return beside.read(recipe(*steps), path, Deciding.of(made))


def test_a_preview_shows_the_recipe_at_work_in_rows_cells_and_sql(tmp_path: Path) -> None:
    steps = recipe(DropDuplicates(columns=("city",)), TrimText(column="city"))
    shown = prepare.preview(steps, parquet(tmp_path, ROWS), limit=2)
    assert (shown.n_before, shown.n_after, len(shown.dropped)) == (300, 3, 2)
    assert shown.changed["city"] == 1
    assert sum(shown.changed.values()) == 1
    assert shown.nulls_before["city"] == 100
    assert shown.nulls_after["city"] == 1
    assert len(shown.after) == 2
    assert "SELECT\n" in shown.sql
    assert shown.sentence() == "300 rows: 297 dropped, 1 cell changed in 1 column."


def test_a_preview_of_one_step_shows_what_that_step_does(tmp_path: Path) -> None:
    steps = recipe(TrimText(column="city"), ChangeCase(column="city"), FillMissing(column="x"))
    shown = prepare.preview(steps, parquet(tmp_path, ROWS), step=1)
    assert shown.before["city"].tolist()[:2] == ["Rome", "Oslo"]
    assert shown.after["city"].tolist()[:2] == ["rome", "oslo"]
    assert shown.changed["city"] == 200
    assert shown.changed["x"] == 0


def test_a_preview_of_a_sample_says_that_a_run_learns_from_more(tmp_path: Path) -> None:
    some = pd.DataFrame({"n": [float(n % 7) for n in range(50_000)]})
    scaled, filtered = (
        recipe(STEPS["scale_numbers"].of(column="n")),
        recipe(FilterRows(formula="n > 2")),
    )
    said, path = "all training rows in a run", parquet(tmp_path, some)
    assert said in prepare.preview(scaled, path).sentence()
    assert said not in prepare.preview(filtered, path).sentence()
    assert said not in prepare.preview(scaled, parquet(tmp_path, some.head(500))).sentence()


def test_a_preview_of_many_rows_looks_at_a_fixed_sample_and_says_so(tmp_path: Path) -> None:
    path = parquet(tmp_path, pd.DataFrame({"n": range(50_000)}))
    shown = prepare.preview(recipe(FilterRows(formula="n % 2 == 0")), path)
    again = prepare.preview(recipe(FilterRows(formula="n % 2 == 0")), path)
    assert shown.sampled
    assert shown.n_before == prepare.SAMPLE
    assert shown.total == 50_000
    assert shown.after["n"].tolist() == again.after["n"].tolist()
    assert shown.after["n"].is_monotonic_increasing
    assert "come from other rows" not in shown.sentence()
    assert shown.n_after == pytest.approx(5000, abs=200)
    assert "a fixed sample of 50,000" in shown.sentence()


def test_a_sample_says_that_values_of_other_rows_are_those_of_the_sample(tmp_path: Path) -> None:
    path = parquet(tmp_path, pd.DataFrame({"g": ["a", "b"] * 15_000, "n": range(30_000)}))
    shown = prepare.preview(recipe(AggregateRows(by=("g",), columns=("n",))), path)
    assert "Values that come from other rows are shown as far as" in shown.sentence()


def test_nobody_waits_for_groups_of_a_large_file_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = np.arange(30_000)
    path = parquet(tmp_path, pd.DataFrame({"g": numbers % 3_000, "n": numbers * 1.0}))
    step = recipe(AggregateRows(by=("g",), columns=("n",)))
    monkeypatch.setattr(few_rows, "SLOW", 20_000)
    monkeypatch.setattr(few_rows, "PAUSE", 0.1)
    first = prepare.preview(step, path, patient=False)
    assert first.waits_for == ("g",)
    assert "All rows of some 'g' are being drawn" in first.sentence()
    assert prepare.schema(step, path, patient=False).names == ("g", "rows", "n_sum", "n_mean")
    deadline = time.monotonic() + 60
    while not first.drawn() and time.monotonic() < deadline:
        time.sleep(0.01)
    then = prepare.preview(step, path, patient=False)
    assert not then.waits_for
    assert "all rows of some 'g'" in then.sentence()


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_a_sample_keeps_the_rows_together_that_a_step_looks_at(suffix: str, tmp_path: Path) -> None:
    number = np.arange(20_000)
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(number[::-1], unit="h")
    frame = pd.DataFrame({"who": number % 500, "shop": number % 20, "day": day, "x": number})
    path = tmp_path / f"rows.{suffix}"
    frame.to_parquet(path) if suffix == "parquet" else frame.to_csv(path, index=False)
    lag = LagValues(columns=("x",), time="day", by=("who",))
    both = LagValues(columns=("x",), time="day", by=("shop", "who"), back=2)
    shown = prepare.preview(recipe(lag, both), path, limit=20_000)
    rows = shown.after.dropna()
    assert 5000 < len(rows) < shown.n_before <= prepare.SAMPLE
    assert (rows["x_1_rows_ago_by_who"] - rows["x"] == 500).all()
    assert (shown.after.groupby("who").size() == 40).all()
    assert "(all rows of some 'who', drawn from 20,000)" in shown.sentence()
    assert "as far as those are in the sample" not in shown.sentence()
    summed = prepare.preview(recipe(AggregateRows(by=("who",), columns=("x",))), path)
    assert summed.n_before == shown.n_before
    changed = recipe(FillMissing(column="who", how="constant", value="0"), lag)
    assert "a fixed sample of 20,000" in prepare.preview(changed, path).sentence()
    alone = prepare.preview(recipe(LagValues(columns=("x",), time="day")), path)
    assert "a fixed sample of 20,000" in alone.sentence()
    assert "as far as those are in the sample" in alone.sentence()


def test_the_schema_after_a_recipe_is_known_without_running_it_on_all_rows(tmp_path: Path) -> None:
    steps = recipe(RenameColumns(column="self", to="c"), DeriveColumn(to="n", formula="length(c)"))
    found = prepare.schema(steps, parquet(tmp_path, AWKWARD))
    assert found["c"].is_string()
    assert found["n"].is_floating()
    with pytest.raises(UnknownColumn, match=r"trim_text\.column"):
        prepare.schema(recipe(TrimText(column="self_")), parquet(tmp_path, AWKWARD))


@pytest.mark.parametrize(
    "step",
    [
        TrimText(column="y"),
        DropColumns(columns=("x", "y")),
        DeriveColumn(to="z", formula="length(y) + x"),
        DeriveColumn(to="y", formula="x"),
        RenameColumns(column="x", to="y"),
    ],
    ids=lambda step: step.sentence(),
)
def test_a_column_step_may_not_name_the_target(step: Step) -> None:
    with pytest.raises(InvalidParameter, match=r"steps\.1\..*'y' is the target"):
        prepare.refuse_target(recipe(DropDuplicates(columns=("y",)), step), "y")
    prepare.refuse_target(recipe(FilterRows(formula="y == 'yes'"), step), "other")


@pytest.mark.parametrize(
    "steps",
    [
        (DeriveColumn(to="z", formula="1 if y == 'yes' else 0"), filled("z")),
        (LimitValues(column="x", how="rule", rule="y == 'yes'"), filled("x")),
        (AggregateRows(by=("row", "y"), described=("y",)),),
        (PivotValues(by=("row", "y"), column="y", values=("yes",)),),
        (JoinTable.of(source="codes.csv", on={"y": "y"}),),
    ],
    ids=lambda steps: steps[0].kind,
)
def test_what_runs_once_may_not_copy_the_answer_into_another_column(
    steps: tuple[Step, ...],
) -> None:
    with pytest.raises(InvalidParameter, match=r"steps\.0\..*'y' is the target"):
        prepare.refuse_target(recipe(*steps), "y")


def test_a_recipe_that_loses_a_column_that_is_needed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownColumn, match=r"split\.time_column: .* leave no column 'row'"):
        split(tmp_path, ROWS, AggregateRows(by=("y", "x")), time_column="row")
    with pytest.raises(UnknownColumn, match=r"The target: .* leave no column 'y'"):
        split(tmp_path, ROWS, AggregateRows(by=("row",)))


def test_every_row_with_a_target_is_in_one_part_and_in_its_order(tmp_path: Path) -> None:
    rows = ROWS.assign(y=ROWS["y"].where(ROWS["row"] % 7 != 0))
    made, development, test = split(tmp_path, rows, FilterRows(formula="row >= 30"))
    kept = rows[(rows["row"] >= 30) & rows["y"].notna()]["row"]
    assert sorted([*development["row"], *test["row"]]) == kept.tolist()
    assert development["row"].is_monotonic_increasing
    assert test["row"].is_monotonic_increasing
    assert made.shaped.rows == 270
    assert made.dropped_without_target == 270 - len(kept)
    assert made.development.rows == len(development)
    assert f"{len(test)} of {len(kept)} rows" in made.sentence


def test_the_test_holds_its_share_of_each_class(tmp_path: Path) -> None:
    made, _, test = split(tmp_path)
    assert made.kind == "stratified"
    assert (test["y"] == "yes").sum() == 6
    assert len(test) == 60
    (target,) = made.balance
    assert {level.value: level.test for level in target.levels}["yes"] == pytest.approx(0.1)
    assert (made.folds, made.repeats, made.seed) == (5, 3, 0)


def test_numbers_are_spread_from_low_to_high(tmp_path: Path) -> None:
    made, development, test = split(tmp_path, target="price", task=Task.REGRESSION)
    edges = np.quantile(ROWS["price"], np.linspace(0, 1, 11))
    assert np.histogram(test["price"], edges)[0].tolist() == [6] * 10
    assert made.balance[0].levels[0].development == pytest.approx(development["price"].mean())


def test_the_newest_rows_are_tested_even_when_dates_are_text(tmp_path: Path) -> None:
    made, development, test = split(
        tmp_path, ROWS, ParseDates(column="day"), time_column="day", folds=4
    )
    assert made.kind == "time"
    assert made.time_column == "day"
    assert development["row"].max() < test["row"].min()
    times = pd.to_datetime(development["day"], format="%d.%m.%Y")
    found = decided(tmp_path, made, ParseDates(column="day"))
    assert found.times.tolist() == times.to_numpy().tolist()
    y = pd.factorize(development["y"])[0]
    with pytest.raises(ValueError, match="are text"):
        folds.folds(y, made, Beside(times=development["day"].to_numpy()))
    cuts = folds.folds(y, made, found)
    assert len(cuts) == made.folds
    assert all(times[a].max() < times[b].min() for a, b in cuts)


def test_a_time_column_of_unread_text_is_refused_with_the_step_to_add(tmp_path: Path) -> None:
    with pytest.raises(WrongColumnKind, match=r"split\.time_column") as caught:
        split(tmp_path, time_column="day")
    assert "Parse dates" in caught.value.hint


def test_groups_stay_together(tmp_path: Path) -> None:
    made, development, test = split(tmp_path, group_column="who", target="price",
                                    task=Task.REGRESSION)  # fmt: skip
    assert made.kind == "group"
    assert not set(development["who"]) & set(test["who"])
    assert len(test) == pytest.approx(60, abs=8)
    cuts = folds.folds(development["price"].to_numpy(), made, decided(tmp_path, made))
    assert all(not set(development["who"][a]) & set(development["who"][b]) for a, b in cuts)
    with pytest.raises(ValueError, match="needs the values of 'who'"):
        folds.folds(development["price"].to_numpy(), made)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, _, _ = split(tmp_path)
    assert split(tmp_path)[0] == first
    assert split(tmp_path, seed=1)[0].test.sha256 != first.test.sha256


@settings(max_examples=5)
@given(
    numbers=st.lists(st.none() | st.floats(), min_size=1, max_size=4),
    texts=st.lists(
        st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
        min_size=1,
        max_size=4,
    ),
)
def test_nothing_in_the_sealed_rows_but_their_answers_reaches_the_development_rows(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float | None], texts: list[str | None]
) -> None:
    home = tmp_path_factory.mktemp("home")
    before, _, test = split(home)
    changed, sealed = ROWS.copy(), test["row"]
    strange = np.array([numbers[i % len(numbers)] for i in range(len(sealed))], dtype=float)
    changed.loc[sealed, "x"] = strange
    changed.loc[sealed, "city"] = [texts[i % len(texts)] for i in range(len(sealed))]
    after, _, _ = split(home, changed)
    assert after.development.sha256 == before.development.sha256


def test_a_rare_class_lowers_the_folds_and_a_rarer_one_is_refused_by_name(tmp_path: Path) -> None:
    y = ["c"] * 4 + ["a", "b"] * 148
    made, _, test = split(tmp_path, ROWS.assign(y=y), task=Task.MULTICLASS)
    assert made.folds == 5  # each fold still learns from every class
    assert (test["y"] == "c").sum() == 1
    made, _, _ = split(tmp_path, ROWS.assign(y=["yes"] * 4 + ["no"] * 296))
    assert made.folds == 3
    assert "5 folds were asked for; the rarest class allows 3" in made.sentence
    with pytest.raises(TooFewRows, match="Class 'c' of 'y' has 2 rows"):
        split(tmp_path, ROWS.assign(y=["c"] * 2 + ["a", "b"] * 149), task=Task.MULTICLASS)


BAD: list[tuple[str, Any, Task, type[MllError], str]] = [
    ("constant", "same", Task.BINARY, UnfitTarget, "same value in all 300 rows"),
    ("constant number", 5.0, Task.REGRESSION, UnfitTarget, "same value in all 300 rows"),
    ("empty", None, Task.BINARY, UnfitTarget, "empty in all 300 rows"),
    ("ids", [f"id{i}" for i in range(N)], Task.MULTICLASS, UnfitTarget, "different in every row"),
    ("text as a number", ["a", "b"] * 150, Task.REGRESSION, UnfitTarget, "does not hold numbers"),
    ("three for two", ["a", "b", "c"] * 100, Task.BINARY, UnfitTarget, "has 3 values"),
    ("infinite", [1.0, float("inf"), 2.0] * 100, Task.REGRESSION, UnfitTarget, "infinite in 100"),
    ("few", ["a", "b"] * 10 + [None] * 280, Task.BINARY, TooFewRows, "Only 20 rows"),
]


@pytest.mark.parametrize(("values", "task", "error", "match"), [bad[1:] for bad in BAD],
                         ids=[bad[0] for bad in BAD])  # fmt: skip
def test_a_target_that_cannot_be_learned_is_refused_in_one_sentence(
    tmp_path: Path, values: Any, task: Task, error: type[MllError], match: str
) -> None:
    with pytest.raises(error, match=match) as caught:
        split(tmp_path, ROWS.assign(y=values), task=task)
    assert "'y'" in str(caught.value)
    assert caught.value.hint


def test_columns_that_are_not_there_are_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(UnfitTarget, match="no column 'prize'") as caught:
        split(tmp_path, target="prize", task=Task.REGRESSION)
    assert caught.value.hint == "Did you mean 'price'?"
    with pytest.raises(UnknownColumn, match=r"split\.group_column"):
        split(tmp_path, group_column="whom")
    with pytest.raises(UnknownColumn, match=r"split\.time_column: no column is named"):
        split(tmp_path, kind="time")
    with pytest.raises(UnfitTarget, match="'y' is the target"):
        split(tmp_path, group_column="y")
    with pytest.raises(TooFewRows, match="fewer than 3 values"):
        split(tmp_path, ROWS.assign(who="one"), group_column="who")


def test_stop_leaves_no_finished_part_behind(tmp_path: Path) -> None:
    def stop(share: float, message: str) -> None:
        if share >= 0.5:
            raise Stopped("Stopped.", hint="Run it again.")

    plan = prepare.SplitPlan(SplitSection(), "y", Task.BINARY)
    with pytest.raises(Stopped):
        prepare.split(recipe(), parquet(tmp_path, ROWS), plan, ObjectStore(tmp_path), stop)
    assert len([*tmp_path.glob("objects/*/*")]) == 1  # the shaped rows, whole


def test_above_two_hundred_thousand_rows_one_cut_is_enough(tmp_path: Path) -> None:
    rows = pd.DataFrame({"x": range(260_000), "y": np.arange(260_000) % 3 == 0})
    made, development, _ = split(tmp_path, rows)
    assert (made.folds, made.repeats) == (1, 1)
    assert "one validation cut" in made.sentence
    assert {level.value for level in made.balance[0].levels} == {"true", "false"}
    ((learn, valid),) = folds.folds(development["y"].to_numpy().astype(int), made)
    assert len(valid) == pytest.approx(0.2 * len(development), abs=2)
    assert len(learn) + len(valid) == len(development)


@pytest.mark.real
@pytest.mark.parametrize(
    ("file", "target", "task", "section"),
    [
        ("adult.csv", "income", Task.BINARY, {}),
        ("ames_housing.csv", "SalePrice", Task.REGRESSION, {}),
        ("bike_sharing_hour.csv", "cnt", Task.REGRESSION, {"time_column": "dteday"}),
    ],
)
def test_real_files_are_split(
    tmp_path: Path, file: str, target: str, task: Task, section: dict[str, Any]
) -> None:
    objects, path = ObjectStore(tmp_path), tmp_path / "in.parquet"
    source = warehouse.literal(str(real(file)))
    warehouse.write(f"FROM read_csv({source})", pa.table({"none": [0]}), path)
    plan = prepare.SplitPlan(SplitSection(**section), target, task)
    made = prepare.split(recipe(DropDuplicates()), path, plan, objects)
    assert made.test.rows == pytest.approx(0.2 * made.shaped.rows, rel=0.02)


def test_a_preview_marks_changed_cells_lists_dropped_rows_and_shows_the_shape(
    tmp_path: Path,
) -> None:
    rows = pd.DataFrame({"city": ["b", "a", "b", "b", "c "], "n": [1.0, 2.0, 1.0, 9.0, None]})
    path = parquet(tmp_path, rows)
    steps = (
        DropDuplicates.of(columns=["city", "n"]),
        TrimText.of(column="city"),
        FillMissing.of(column="n", how="mean"),
    )
    shown = prepare.preview(Recipe(steps=steps), path)
    assert shown.dropped.to_dict("list") == {"city": ["b"], "n": [1.0]}
    assert shown.cells["city"].tolist() == [False, False, False, True]
    assert shown.cells["n"].tolist() == [False, False, False, True]
    shapes = {shape.column: shape for shape in shown.shapes}
    assert shapes["city"].labels[0] == "b"
    assert (shapes["city"].before, shapes["city"].after) == ((3, 1, 0, 1), (2, 1, 1, 0))
    assert sum(shapes["n"].before or ()) == 4
    assert sum(shapes["n"].after) == 4


def test_the_recipe_as_sql_and_as_python_does_what_the_recipe_does(tmp_path: Path) -> None:
    rows = pd.DataFrame({"city": [" b", "a", "b", "a"], "n": [1.0, None, 3.0, 4.0]})
    path = parquet(tmp_path, rows)
    recipe = Recipe(steps=(TrimText.of(column="city"), DropColumns.of(columns=["n"])))
    wanted = prepare.preview(recipe, path).after
    assert_frame_equal(warehouse.frame(prepare.as_sql(recipe, path), path), wanted)
    space: dict[str, Any] = {}
    exec(prepare.as_python(recipe, path), space)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE rows AS SELECT 'of the caller' AS n")  # no matter
    prepared = space["prepare"](connection.read_parquet(str(path)))
    assert_frame_equal(prepared.to_arrow_table().to_pandas(), wanted)
