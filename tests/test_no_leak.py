"""Nothing that is held out reaches what is learned from: for every step, and for any recipe.

Held-out rows are changed in any way (other values, none, infinite ones, new categories, what rows
to learn from say, what a filter drops, another order). Then every training row and every learned
value is the same, bit for bit, within a fold and from the file through the split. Who is held out
is drawn before any step drops a row, so only what the split itself goes by stays: its column, the
time, the group, the classes of a stratified draw, what duplicates drawn by chance are told by.
Where a column names the parts, held-out rows may as well be put elsewhere, taken away or copied;
else a row is known by its place in the file.

A step that chooses rows by other rows does so within a part: what it leaves to learn from is what
it leaves when there are no other rows at all. Folds part what it left: see the last but one test.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pandas.testing import assert_frame_equal
from proving import SEED, amount
from samples import example, parquet
from training_cases import order, workshop

from mll_core.catalog import STEPS
from mll_core.domain import mixing
from mll_core.domain.connector import quiet
from mll_core.domain.data import DataVersion
from mll_core.domain.errors import InvalidParameter, MllError, TooFewRows
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.step import Step
from mll_core.domain.table_step import TableStep
from mll_core.domain.task import Task
from mll_core.infra import raw_rows, sides, warehouse
from mll_core.infra.beside import Deciding
from mll_core.infra.drawing import Drawing
from mll_core.infra.objects import ObjectStore
from mll_core.infra.target_values import Classes
from mll_core.plugins.steps.drop_duplicates import DropDuplicates
from mll_core.plugins.steps.fill_by_time import FillByTime
from mll_core.plugins.steps.join_table import JoinTable
from mll_core.plugins.steps.keep_period import KeepPeriod
from mll_core.plugins.steps.lag_values import LagValues
from mll_core.plugins.steps.sample_rows import SampleRows
from mll_core.plugins.steps.sort_rows import SortRows
from mll_core.stages import prepare
from mll_core.stages.train import rows as training

N = 120
_DRAW = np.random.default_rng(7)
ROWS = pd.DataFrame(
    {
        'in "come': np.where(_DRAW.random(N) < 0.2, np.nan, _DRAW.integers(-9, 99, N) / 4),
        "self": _DRAW.choice(["  x y ", "", "ü\u00a0", "x y", "it's", None, "b", "c"], N),
        "größe `1`": _DRAW.choice([True, False, None], N),
        "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(_DRAW.integers(0, 21, N), "D"),
        "_id": np.arange(N),
        "part": np.where(_DRAW.random(N) < 0.3, "test", np.tile([*"tttv"], N // 4)),
        "y": np.tile(["yes", "no", "no"], N // 3),
    }
)
ROWS["part"] = ROWS["part"].replace({"t": "train", "v": "validation"})
STRANGE: dict[str, list[Any]] = {
    'in "come': [None, float("inf"), float("-inf"), 1e300, 0.1, -7.25],
    "self": [None, "a new one", "x y", "", "\u0130"],
    "größe `1`": [None, True, False],
    "when": [None, pd.Timestamp("1970-01-01"), pd.Timestamp("2200-02-02 02:02")],
    "y": ["yes", "no"],
}
IN_PLACE = ("values", "permuted", "empty", "as learned")
WAYS = (*IN_PLACE, "removed", "copied", "moved")
COLUMN = SplitSection(part_column="part")
TIME, GROUP = SplitSection(time_column="when", folds=2), SplitSection(group_column="self", folds=2)
BY: dict[str, dict[str, Any]] = {
    "aggregate_rows": {"by": ("part", "y", "when")},
    "pivot_values": {"by": ("part", "y", "when")},
    "drop_duplicates": {"columns": ("self", "when")},
    "sample_rows": {"share": 0.6},
    "sort_rows": {"per": ("when",), "first": 4},
}
"""So that rows made still say where they belong, and enough are left."""
OWN = [cls for cls in STEPS.values() if not issubclass(cls, TableStep)]
KEEPING = [pytest.param(cls, id=cls.name()) for cls in OWN if cls.rows == "keep"]
CHOOSING = [example(cls, **BY.get(cls.name(), {})) for cls in OWN if cls.rows in ("drop", "shape")]
CHOOSING += [
    SortRows(columns=('in "come',)),
    DropDuplicates(columns=("self", "when"), keep="most complete"),
    KeepPeriod(column="when", start=None, newest_days=12),
    SortRows(columns=("self",), first=40),
]
AMONG = [step for step in CHOOSING if step.across() is not None]
RANDOM = SplitSection(kind="random")
PARTED = [COLUMN, TIME, GROUP, RANDOM, SplitSection()]
PARTED += [SplitSection(time_column="when", group_column="_id", folds=2, gap=2)]
PAST = [example(cls) for cls in OWN if cls.rows == "window"]
AHEAD = [
    FillByTime(column='in "come', time="when", by=("self",), how=how)
    for how in ("backward", "interpolate")
]


def tampered(
    held: NDArray[np.bool_], way: str, seed: int, stays: Sequence[str], part: str = "test"
) -> pd.DataFrame:
    """ROWS with the held-out ones changed, all but the columns that ``stays`` names.

    ``part``: the part of rows that are copied into it.
    """
    draw, rows = np.random.default_rng(seed), ROWS.copy()
    free, places = [name for name in ROWS if name not in stays], np.flatnonzero(held)
    if way == "values":
        for name in (name for name in free if name in STRANGE):
            strange = STRANGE[name]
            new = [strange[i] for i in draw.integers(0, len(strange), len(places))]
            rows[name] = [
                new.pop() if out else old for old, out in zip(ROWS[name], held, strict=True)
            ]
        rows["when"] = pd.to_datetime(rows["when"])
        rows['in "come'] = rows['in "come'].astype(float)
    elif way == "empty":
        some = held & (draw.random(N) < 0.6)  # of none that is left nothing could be tested
        for name in (name for name in free if name in STRANGE and name != "y"):
            rows[name] = rows[name].mask(some, np.nan if name.startswith("in") else None)
        rows["when"] = pd.to_datetime(rows["when"])
    elif way in ("permuted", "as learned"):
        # In the second way they say what rows to learn from say: the same keys, the same values.
        others = draw.permutation(places) if way == "permuted" else np.flatnonzero(~held)
        others = others if way == "permuted" else draw.choice(others, len(places))
        for name in free:
            values = ROWS[name].to_numpy(copy=True)
            values[places] = ROWS[name].to_numpy()[others]
            rows[name] = values
    elif way == "moved":
        order = np.arange(N, dtype=float)
        order[places] = draw.uniform(-1, N, len(places))
        rows = rows.iloc[np.argsort(order, kind="stable")]
    elif way == "removed":
        rows = rows.drop(index=draw.choice(places, len(places) // 2, replace=False))
    else:
        # Copies of any rows, of training rows as well, held out and put anywhere.
        copies = rows.iloc[draw.integers(0, N, 20)].assign(part=part)
        after = pd.concat([rows, copies]).set_index(np.r_[np.arange(N), draw.uniform(-1, N, 20)])
        rows = after.sort_index(kind="stable")
    return rows.reset_index(drop=True)


def developed(recipe: Recipe, rows: pd.DataFrame, section: SplitSection) -> pd.DataFrame:
    """The development rows, from the file through the split."""
    home = Path(mkdtemp(dir=_home()))
    objects, plan = ObjectStore(home), prepare.SplitPlan(section, "y", Task.BINARY)
    made = prepare.split(recipe, parquet(home, rows), plan, objects)
    return warehouse.frame("SELECT * FROM rows", objects.path(made.development.sha256))


def held_out(recipe: Recipe, section: SplitSection) -> NDArray[np.bool_]:
    """Which of ROWS are held out, whether or not a step leaves them."""
    if section is COLUMN:
        return (ROWS["part"] == "test").to_numpy()
    objects = ObjectStore(Path(_home()))
    found = Drawing(section, "y", Task.BINARY, objects, {}).raw(recipe, _sample())
    if found is None:  # a step puts values of other columns into what the split goes by
        reject()
    return np.isin(found, (sides.TESTED, sides.GAP, sides.KIN))


def goes_by(recipe: Recipe, section: SplitSection) -> list[str]:
    """The columns by which a split of what the recipe leaves says who is held out."""
    asked = Deciding.asked(section)
    named = [asked.time_column, asked.group_column, asked.part_column]
    place = mixing.chosen_apart(recipe, asked.parting)
    across = None if place is None else recipe.running.steps[place].across()
    alike = across.by if across and across.one and asked.parting.drawn else ()
    return [*filter(None, named), *alike, *(["y"] if asked.kind == "stratified" else [])]


_FOUND: dict[str, pd.DataFrame] = {}


def untouched(recipe: Recipe, section: SplitSection) -> pd.DataFrame:
    """The development rows when nothing is changed; made once."""
    key = f"{recipe.model_dump_json()} {section}"
    if key not in _FOUND:
        _FOUND[key] = developed(recipe, ROWS, section)
    return _FOUND[key]


@cache
def _home() -> str:
    return mkdtemp(prefix="mll-no-leak-")


def named(of: Any) -> str:
    if isinstance(of, Step):
        return of.sentence()[:50]
    return Deciding.asked(of).kind if isinstance(of, SplitSection) else str(of)


def some(number: int, *of: Sequence[Any]) -> list[tuple[Any, ...]]:
    """So many of all pairs, always the same; all of them at full numbers."""
    pairs = list(product(*of))
    return random.Random(SEED).sample(pairs, amount(number, len(pairs)))


@pytest.mark.parametrize(("step", "way"), some(56, CHOOSING, WAYS), ids=named)
def test_held_out_rows_change_no_row_that_is_chosen_or_made(step: Step, way: str) -> None:
    recipe, held = Recipe(steps=(step,)), (ROWS["part"] == "test").to_numpy()
    changed = tampered(held, way, 1, ["part", "_id"])
    assert_frame_equal(
        developed(recipe, changed, COLUMN), untouched(recipe, COLUMN), check_exact=True
    )


@pytest.mark.parametrize(("step", "way"), some(14, CHOOSING, WAYS), ids=named)
def test_rows_that_a_column_names_for_validation_change_none_to_learn_from(
    step: Step, way: str
) -> None:
    recipe, held = Recipe(steps=(step,)), (ROWS["part"] == "validation").to_numpy()
    changed = tampered(held, way, 1, ["part", "_id"], "validation")
    left, right = (
        rows[rows["part"] == "train"].reset_index(drop=True)
        for rows in (developed(recipe, changed, COLUMN), untouched(recipe, COLUMN))
    )
    assert len(right)
    assert_frame_equal(left, right, check_exact=True)


@pytest.mark.parametrize("step", AMONG, ids=lambda step: step.sentence()[:50])
@pytest.mark.parametrize("section", PARTED, ids=lambda section: Deciding.asked(section).kind)
def test_a_step_that_chooses_rows_leaves_what_it_leaves_without_the_held_out_rows(
    step: Step, section: SplitSection
) -> None:
    recipe = Recipe(steps=(step,))
    part = ROWS[~held_out(recipe, section)]
    if section is COLUMN:  # it parts what is validated on as well
        part = part[part["part"] == "train"]
    if mixing.chosen_apart(recipe, Deciding.asked(section).parting) is None:
        pytest.skip("it looks at nothing but what the split goes by")
    alone = raw_rows.normal(warehouse.table(_sample())).filter(
        ibis._["_id"].isin([int(n) for n in part["_id"]])
    )
    expected = warehouse.frame(
        warehouse.to_sql(raw_rows.normal(recipe.shaping.shape(alone, _none))), _sample()
    )
    found = developed(recipe, ROWS, section)
    found = found[found["_id"].isin(part["_id"])].reset_index(drop=True)
    assert 0 < len(found) < len(part)
    assert_frame_equal(found, expected, check_exact=True)


STRATIFIED = SplitSection()
DRAWN_FROM = [TIME, GROUP, RANDOM, STRATIFIED]
DRAWN_FROM += [SplitSection(time_column="when", group_column="_id", folds=2, gap=2)]


@pytest.mark.parametrize(
    ("step", "section", "way"), some(24, CHOOSING, DRAWN_FROM, IN_PLACE), ids=named
)
def test_no_row_that_is_dropped_moves_another_to_the_other_side(
    step: Step, section: SplitSection, way: str
) -> None:
    recipe = Recipe(steps=(step,))
    if not fitting([step], section).steps:
        pytest.skip("a split of this kind does not go with it")
    changed = tampered(held_out(recipe, section), way, 8, goes_by(recipe, section))
    assert_frame_equal(
        developed(recipe, changed, section), untouched(recipe, section), check_exact=True
    )


@pytest.mark.parametrize("section", [RANDOM, STRATIFIED])
@pytest.mark.parametrize("keep", ["first", "last", "most complete"])
def test_another_key_moves_no_rows_but_those_of_that_key(section: SplitSection, keep: Any) -> None:
    recipe = Recipe(steps=(DropDuplicates(columns=("when", "self"), keep=keep),))
    before, held = untouched(recipe, section), held_out(recipe, section)
    for seed, way in enumerate(IN_PLACE):
        changed = tampered(held, way, seed, ["y"])
        keys = pd.concat([ROWS[held], changed[held]])[["when", "self"]].apply(tuple, axis=1)
        same = developed(recipe, changed, section), before
        left, right = (
            rows[~rows[["when", "self"]].apply(tuple, axis=1).isin(keys)].reset_index(drop=True)
            for rows in same
        )
        assert len(right)
        assert_frame_equal(left, right, check_exact=True)
        tested = {*held_out(recipe, section).nonzero()[0]}
        assert tested.isdisjoint(before["_id"])


def test_the_rows_of_the_project_are_no_other_table_to_look_things_up_in(tmp_path: Path) -> None:
    source = str(tmp_path / "own.csv")
    step = JoinTable(source=source, on={"_id": "_id"}, several="first", columns=("self",))
    plan = prepare.SplitPlan(COLUMN, "y", Task.BINARY, own=(source,))
    with pytest.raises(InvalidParameter, match=r"own\.csv' is the data of the project itself"):
        prepare.split(Recipe(steps=(step,)), _sample(), plan, ObjectStore(tmp_path))


@pytest.mark.parametrize("how", ["rows with a match", "rows without a match"])
def test_what_finds_no_match_before_rows_are_summed_moves_no_other(
    tmp_path: Path, how: Any
) -> None:
    objects, source = ObjectStore(tmp_path), str(tmp_path / "visits.csv")
    keys = pd.DataFrame({"key": range(0, N, 2), "seen": 1.0})
    sha = objects.keep(parquet(tmp_path, keys, "visits"))
    other = DataVersion(sha256=sha, rows=N // 2, columns=(), source=source, bytes=1)
    join = JoinTable(source=source, on={"_id": "key"}, how=how)
    recipe = Recipe(steps=(join, example(STEPS["aggregate_rows"], by=("self", "when", "y"))))
    plan = prepare.SplitPlan(RANDOM, "y", Task.BINARY, others={source: other})

    def left(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        made = prepare.split(recipe, parquet(tmp_path, rows), plan, objects)
        both = (made.development.sha256, made.test.sha256)
        learned, tested = (warehouse.frame("FROM rows", objects.path(one)) for one in both)
        return learned, tested

    learned, tested = left(ROWS)
    by = ["self", "when", "y"]
    held = ROWS.merge(tested[by], how="left", indicator=True)["_merge"] == "both"
    assert held.any()
    unmatched = ROWS.assign(_id=ROWS["_id"].mask(held & (ROWS["_id"] % 3 > 0), 1 - ROWS["_id"] % 2))
    again, _ = left(unmatched)
    assert_frame_equal(again, learned, check_exact=True)


def test_a_copy_of_the_rows_of_the_project_is_known_by_its_content(tmp_path: Path) -> None:
    source, objects = str(tmp_path / "copy.csv"), ObjectStore(tmp_path)
    sha = objects.keep(parquet(tmp_path, ROWS, "rows"))
    copy = DataVersion(sha256=sha, rows=N, columns=(), source=source, bytes=1)
    step = JoinTable(source=source, on={"_id": "_id"}, several="first", columns=("self",))
    plan = prepare.SplitPlan(COLUMN, "y", Task.BINARY, others={source: copy})
    with pytest.raises(InvalidParameter, match=r"copy\.csv' is the data of the project itself"):
        prepare.split(Recipe(steps=(step,)), objects.path(sha), plan, objects)


def test_the_newest_rows_are_counted_back_before_a_split_by_the_same_time() -> None:
    newest = Recipe(steps=(KeepPeriod(column="when", start=None, newest_days=12),))
    made = developed(newest, ROWS, TIME)
    assert made["when"].min() > ROWS["when"].max() - pd.Timedelta(days=12)
    with pytest.raises(MllError, match="rows are parted before step 1"):
        developed(Recipe(steps=(SampleRows(share=0.9), *newest.steps)), ROWS, TIME)


@pytest.mark.parametrize("step", PAST, ids=lambda step: step.kind)
@pytest.mark.parametrize("way", ["values", "permuted"])
def test_newer_rows_change_no_value_that_is_made_of_the_past(step: Step, way: str) -> None:
    recipe = Recipe(steps=(step,))
    before = untouched(recipe, TIME)
    held = ~ROWS["_id"].isin(before["_id"]).to_numpy()
    stays = ["when"] if way == "values" else []
    assert_frame_equal(
        developed(recipe, tampered(held, way, 2, ["_id", *stays]), TIME), before, check_exact=True
    )


@pytest.mark.parametrize(
    "step", PAST + AHEAD, ids=lambda step: f"{step.kind} {step.sentence()[:40]}"
)
def test_other_groups_change_no_value_that_is_made_within_a_group(step: Step) -> None:
    recipe = Recipe(steps=(step,))
    before = untouched(recipe, GROUP)
    held = ~ROWS["_id"].isin(before["_id"]).to_numpy()
    changed = tampered(held, "values", 3, ["self", "_id"])
    assert_frame_equal(developed(recipe, changed, GROUP), before, check_exact=True)


@pytest.mark.parametrize("step", AHEAD, ids=lambda step: step.how)
def test_what_looks_ahead_never_gets_as_far_as_the_split_by_time(step: Step) -> None:
    with pytest.raises(MllError, match="looks at later rows"):
        developed(Recipe(steps=(step,)), ROWS, TIME)


def test_the_property_would_notice_a_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "refuse_mixing", lambda recipe, section: None)
    recipe = Recipe(steps=(LagValues(columns=("self",), time="when", back=1),))
    before = developed(recipe, ROWS, COLUMN)
    held = (ROWS["part"] == "test").to_numpy()
    changed = developed(recipe, tampered(held, "values", 4, ["part", "_id", "when"]), COLUMN)
    with pytest.raises(AssertionError):
        assert_frame_equal(changed, before, check_exact=True)


def fold(rows: pd.DataFrame) -> training.Rows:
    """The rows with one fold: those of the part test are validated on."""
    frame = rows.drop(columns=["y", "part"])
    held = (rows["part"] == "test").to_numpy()
    places = np.arange(len(rows))
    classes = Classes.of(ROWS["y"], Task.BINARY)
    truth = classes.codes(rows["y"])
    table = raw_rows.conform(frame, raw_rows.kinds(ROWS.drop(columns=["y", "part"])))
    return training.Rows(table, truth, classes, [(places[~held], places[held])])


@cache
def _order() -> Any:
    frame = ROWS.assign(answer=ROWS["y"]).drop(columns="y")
    return order(workshop(Path(_home())), frame, Task.BINARY, excluded=frozenset())


def same_within_the_fold(recipe: Recipe, rows: pd.DataFrame) -> None:
    """Demand that all that is learned in the fold is what it is without the change."""
    asked = replace(_order(), recipe=recipe)
    try:
        (before,) = training.parts(fold(ROWS), asked, quiet)
    except InvalidParameter:  # two steps that make columns of one name
        reject()
    (after,) = training.parts(fold(rows), asked, quiet)
    assert after.learned.transformer.state() == before.learned.transformer.state()
    assert after.learned.encoder == before.learned.encoder
    assert np.array_equal(
        np.asarray(after.learned.matrix), np.asarray(before.learned.matrix), equal_nan=True
    )
    assert np.array_equal(after.learned.truth, before.learned.truth)


@pytest.mark.parametrize("cls", KEEPING)
def test_rows_that_are_validated_on_change_nothing_that_is_learned(cls: type[Step]) -> None:
    held = (ROWS["part"] == "test").to_numpy()
    same_within_the_fold(Recipe(steps=(example(cls),)), tampered(held, "values", 0, ["part"]))


def fitting(steps: Sequence[Step], section: SplitSection) -> Recipe:
    """A recipe of those of the steps that fit to one another and to the split, in their order."""
    recipe, kept = Recipe(), {"part", "y", "when", "self"}
    for step in steps:
        try:
            longer = recipe.then(step)
            prepare.refuse_mixing(longer, section)
            prepare.schema(longer, _sample())
        except MllError:
            continue
        if kept <= {*longer.shaping.shape(warehouse.table(_sample()), _none).columns}:
            recipe = longer
    return recipe


def _none(_: Any) -> Any:
    return ()


def _enough(recipe: Recipe, rows: pd.DataFrame, section: SplitSection) -> pd.DataFrame:
    try:
        return developed(recipe, rows, section)
    except TooFewRows:
        reject()


@cache
def _sample() -> Path:
    return parquet(Path(_home()), ROWS, "sample")


def test_folds_part_what_the_steps_left_so_a_row_may_stay_for_its_copies() -> None:
    """The boundary: which of two rows stays is settled once, before folds, for all of them. Who
    wants it settled without the rows that are validated names these rows in a column."""
    same = {"when": ROWS["when"][0], "self": "b"}
    rows = ROWS.copy()
    rows.loc[[0, 1], [*same]] = [*same.values()]
    rows.loc[[0, 1], "part"] = "train"
    recipe = Recipe(steps=(DropDuplicates(columns=("when", "self")),))
    left = set(developed(recipe, rows, COLUMN)["_id"])
    assert 0 in left
    assert 1 not in left
    rows.loc[0, "part"] = "validation"
    assert {0, 1} <= set(developed(recipe, rows, COLUMN)["_id"])


ANY = st.sampled_from([example(cls) for cls in OWN if cls.rows == "keep"] + CHOOSING + PAST + AHEAD)


@settings(max_examples=amount(8, 400), derandomize=True)
@given(
    steps=st.lists(ANY, min_size=1, max_size=6),
    section=st.sampled_from([COLUMN, *DRAWN_FROM]),
    way=st.sampled_from(WAYS),
    seed=st.integers(0, 10**6),
)
def test_for_any_recipe_held_out_rows_change_nothing(
    steps: list[Step], section: SplitSection, way: str, seed: int
) -> None:
    recipe = fitting(steps, section)
    assume(recipe.steps)
    before = _enough(recipe, ROWS, section)
    changed = tampered(
        held_out(recipe, section),
        way if section is COLUMN else IN_PLACE[WAYS.index(way) % len(IN_PLACE)],
        seed,
        goes_by(recipe, section),
    )
    assert_frame_equal(_enough(recipe, changed, section), before, check_exact=True)
    same_within_the_fold(
        recipe.replayed,
        tampered((ROWS["part"] == "test").to_numpy(), way, seed, ["part", "_id"]),
    )
