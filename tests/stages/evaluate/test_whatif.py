from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fitted_cases import customers, fit

from mll_core.domain.document import Brief, Document
from mll_core.domain.errors import InvalidParameter, UnfitRows
from mll_core.domain.movable import Movable, WhatIfSection
from mll_core.domain.task import Task
from mll_core.infra import response
from mll_core.infra.counterfactuals import Search
from mll_core.infra.nearness import Nearness
from mll_core.stages.evaluate.whatif import Cases

ROWS = customers(800)


def cases(task: Task = Task.BINARY, kind: str = "lightgbm", *movables: Movable) -> Cases:
    document = Document(
        name="customers",
        brief=Brief(protected=("sex",)),
        whatif=WhatIfSection(columns=movables),
    )
    return Cases(fit(ROWS, task, kind), ROWS, document)


def test_reasons_add_up_and_are_told_in_a_sentence() -> None:
    one = cases()
    case = one.ask(one.row(8))
    assert case.base + sum(effect.effect for effect in case.effects) == pytest.approx(case.output)
    assert case.number == pytest.approx(1 / (1 + np.exp(-case.output)), abs=1e-6)
    assert case.sentence.startswith(f"The chance of {one.model.classes[1]!r} is")
    assert case.effects[0].column in case.sentence
    assert case.support.sentence == "Similar cases exist among 800 rows."


def test_numbers_come_with_their_interval_and_their_unit() -> None:
    one = cases(Task.REGRESSION, "ridge")
    case = one.ask(one.usual())
    assert case.label == "spend"
    assert case.answer.interval is not None
    assert case.answer.interval[0] < case.number < case.answer.interval[1]


@pytest.mark.parametrize("kind", ["lightgbm", "logistic_regression"])
def test_two_cases_of_several_classes_are_told_about_the_same_class(kind: str) -> None:
    both = cases(Task.MULTICLASS, kind)
    named = [both.model.classes[code] for code in both.model.score(ROWS.head(60)).argmax(axis=1)]
    one, other = (both.row(1 + named.index(name)) for name in ("small", "large"))
    first, second = both.ask(one), both.ask(other, both.ask(one))
    assert first.label == second.label == "chance of 'small'"
    assert (first.answer.prediction, second.answer.prediction) == ("small", "large")
    assert second.number == pytest.approx(both.model.score(both.frame(other))[0, 2])
    assert second.number < first.number
    assert second.base + sum(one.effect for one in second.effects) == pytest.approx(second.output)
    assert sum(one.effect for one in second.effects) < 0 < sum(one.effect for one in first.effects)


def test_the_form_shows_how_often_each_value_was_seen() -> None:
    form = cases().form()
    assert form[0].column in ("age", "usage")
    by = {one.column: one for one in form}
    age, usage, city = by["age"], by["usage"], by["city"]
    assert (age.kind, age.whole, age.low, age.high) == ("number", True, 18.0, 79.0)
    assert sum(age.shares) == pytest.approx(1.0)
    assert sum(usage.shares) == pytest.approx(16 / 17, abs=0.01)
    assert (city.at[0], city.typical) == ("Oslo", "Oslo")
    assert {one.may for one in form if one.column == "sex"} == {"not at all"}


def test_what_was_never_seen_has_no_similar_case() -> None:
    one = cases()
    old = one.ask({**one.usual(), "age": 140, "city": "Mars"})
    assert old.support.sentence.startswith("No similar case among 800 rows")
    assert "age = 140.0, city = Mars: never seen." in old.support.sentence


def test_values_that_never_came_together_have_no_similar_case_either() -> None:
    draw = np.random.default_rng(0)
    a = draw.normal(size=1000)
    rows = pd.DataFrame({"a": a, "b": a + draw.normal(0, 0.05, 1000)})
    near = Nearness(rows, ["a", "b"])
    assert near.support(pd.DataFrame({"a": [1.0], "b": [1.0]})).near
    apart = near.support(pd.DataFrame({"a": [1.0], "b": [-1.0]}))
    assert not apart.near
    assert apart.sentence.endswith("Each value was, but not together.")
    assert np.mean(near.near(rows)) == pytest.approx(0.99, abs=0.01)


def test_the_smallest_change_is_found_as_by_trying_everything() -> None:
    draw = np.random.default_rng(1)
    seen = draw.integers(0, 20, (400, 2)).astype(float)
    rows = pd.DataFrame(seen, columns=["a", "b"])

    def margin(frame: pd.DataFrame) -> Any:
        return (frame["a"] + 2 * frame["b"] - 41).to_numpy()

    near = Nearness(rows, ["a", "b"])
    free = {name: Movable(column=name) for name in rows}
    row = pd.DataFrame({"a": [5.0], "b": [10.0]})
    search = Search(margin, rows, free, near, row)
    first = search.run()[0]
    every = [{"a": a, "b": b} for a, b in product(range(20), range(20)) if a + 2 * b >= 41]
    singles = [c for c in every if (c["a"] == 5) != (c["b"] == 10)]
    best = min(search.cost(c) for c in singles)
    assert len(first.changes) == 1
    assert first.cost == pytest.approx(best)
    assert set(first.changes.values()) <= set(rows[next(iter(first.changes))])


@pytest.mark.parametrize("seed", range(8))
def test_the_smallest_change_of_up_to_three_columns_is_the_one_that_trying_everything_finds(
    seed: int,
) -> None:
    draw = np.random.default_rng(seed)
    rows = pd.DataFrame(draw.integers(0, 8, (300, 3)).astype(float), columns=list("abc"))
    line, bend = draw.normal(size=3), 0.15 * draw.normal(size=(3, 3))

    def said(frame: pd.DataFrame) -> Any:
        x = frame[["a", "b", "c"]].to_numpy()
        return x @ line + ((x @ bend) * x).sum(axis=1) / 2 + 1.5 * np.sin(x[:, 0])

    goal = np.quantile(said(rows), 0.85)
    row = rows.iloc[[int(np.argsort(said(rows))[100])]].reset_index(drop=True)
    near = Nearness(rows, ["a", "b", "c"])
    free = {name: Movable(column=name) for name in rows}
    search = Search(lambda frame: said(frame) - goal, rows, free, near, row)
    every = pd.DataFrame(list(product(range(8), repeat=3)), columns=list("abc"), dtype=float)
    every = every[(said(every) >= goal) & near.near(every)]
    changes = [
        {str(name): value for name, value in one.items() if value != row[name].iloc[0]}
        for one in every.to_dict("records")
    ]
    first = search.run()[0]
    assert first.supported
    assert search.weight(first.changes) == pytest.approx(min(map(search.weight, changes)))


@pytest.mark.parametrize(
    ("task", "wanted"),
    [(Task.BINARY, None), (Task.MULTICLASS, "large"), (Task.REGRESSION, 260)],
)
def test_each_way_reaches_the_goal_by_values_that_were_seen(task: Task, wanted: Any) -> None:
    one = cases(task, "ridge" if task is Task.REGRESSION else "lightgbm")
    answers = ROWS["plan"].eq("small") if task is Task.MULTICLASS else ROWS["spend"] < 200
    record = one.row(int(np.flatnonzero(answers)[3]) + 1)
    ways = one.ways(record, wanted)
    assert ways.ways
    assert "sex" in ways.fixed
    before = one.ask(record)
    for way in ways.ways:
        after = one.ask({**record, **{name: new for name, (_, new) in way.changes.items()}})
        assert "sex" not in way.changes
        assert after.answer.prediction != before.answer.prediction
        assert after.number == pytest.approx(way.number)
        assert after.support.near == way.supported
        for name, (old, new) in way.changes.items():
            assert old == record[name]
            assert new in set(ROWS[name])


def test_a_column_moves_only_as_it_may_and_never_against_what_decides_it() -> None:
    up = cases(Task.REGRESSION, "ridge", Movable(column="age", may="up only"))
    record = {**up.usual(), "age": 50.0, "usage": 60.0}
    lower = up.ways(record, 180).ways
    assert lower
    assert all("age" not in way.changes or way.changes["age"][1] > 50 for way in lower)
    stays = cases(Task.REGRESSION, "ridge", Movable(column="usage", may="not at all"))
    assert "usage" in stays.ways(record, 180).fixed
    tied = cases(
        Task.REGRESSION, "ridge", Movable(column="age", may="up only"),
        Movable(column="usage", follows="age"),
    )  # fmt: skip
    for way in tied.ways(record, 120).ways:
        assert not ({"age", "usage"} <= set(way.changes) and way.changes["usage"][1] < 60)


def test_what_is_decided_through_another_column_does_not_move_against_the_first_either() -> None:
    draw = np.random.default_rng(0)
    rows = pd.DataFrame(draw.integers(0, 9, (200, 3)).astype(float), columns=list("abc"))
    row = pd.DataFrame({"a": [4.0], "b": [4.0], "c": [4.0]})
    free = {
        "a": Movable(column="a", follows="c"),
        "b": Movable(column="b", follows="a"),
        "c": Movable(column="c", follows="b"),
    }

    def margin(frame: pd.DataFrame) -> Any:
        return (frame["a"] - frame["c"] - 5).to_numpy()

    near = Nearness(rows, ["a", "b", "c"])
    assert not Search(margin, rows, free, near, row).run()
    loose = {name: Movable(column=name) for name in rows}
    assert Search(margin, rows, loose, near, row).run()


def test_no_way_is_said_so_and_wrong_wishes_are_refused() -> None:
    one = cases(Task.REGRESSION, "ridge")
    assert one.ways(one.usual(), 10_000).sentence.startswith("No change of up to three columns")
    with pytest.raises(InvalidParameter):
        one.ways(one.usual(), None)
    with pytest.raises(InvalidParameter):
        cases().ways(cases().usual(), "perhaps")
    with pytest.raises(UnfitRows):
        one.ask({**one.usual(), "age": "old"})
    with pytest.raises(InvalidParameter):
        one.row(801)


def test_moments_are_asked_and_placed_as_days() -> None:
    days = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-03", None]))
    assert response.as_floats(days)[:2] == pytest.approx([19723, 19725])
