import numpy as np
import pytest
from fitted_cases import TARGETS, customers, fit
from scipy.special import expit

from mll_core.domain.expectations import Expectations
from mll_core.domain.inside import Condition, Inside
from mll_core.domain.task import ANSWERED, Task
from mll_core.infra import inside
from mll_core.infra.fitted_model import FittedModel
from mll_core.plugins.models.decision_tree import DecisionTree

ROWS = customers(800)


def looked(task: Task, kind: str, **settings: object) -> tuple[FittedModel, Inside]:
    fitted = fit(ROWS, task, kind, **settings)
    found = inside.of(fitted, fitted.matrix(ROWS))
    assert found is not None
    assert Inside(**found.to_json()) == found
    return fitted, found


def values(fitted: FittedModel) -> list[dict[str, float | str | None]]:
    """What each row's features say, levels by their names."""
    rows = []
    for line in fitted.matrix(ROWS).tolist():
        said: dict[str, float | str | None] = {}
        for feature, value in zip(fitted.encoder.features, line, strict=True):
            known = value == value  # noqa: PLR0124
            said[feature.name] = (
                value if not (known and feature.levels) else feature.levels[int(value)]
            )
        rows.append(said)
    return rows


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_the_rules_of_a_drawn_tree_give_the_answers_of_the_tree(task: Task) -> None:
    fitted, found = looked(task, "decision_tree")
    score = fitted.score(ROWS)
    for row, said in enumerate(values(fitted)):
        (rule,) = [r for r in found.rules if all(c.holds(said[c.column]) for c in r.conditions)]
        if task is Task.REGRESSION:
            expected = score[row]
        else:
            expected = score[row, 1] if task is Task.BINARY else score[row].max()
        assert rule.answer == pytest.approx(expected, abs=1e-9)


def test_a_tree_is_drawn_with_each_node_under_its_parent_and_leaves_side_by_side() -> None:
    _, found = looked(Task.BINARY, "decision_tree")
    leaves = [node for node in found.nodes if node.leaf]
    assert [node.x for node in leaves] == list(range(len(leaves)))
    assert sum(node.rows for node in leaves) == len(ROWS)
    for place, node in enumerate(found.nodes):
        assert node.parent < place
        if node.parent >= 0:
            assert node.y == found.nodes[node.parent].y + 1
        assert bool(node.question) != node.leaf
    assert len(found.rules) == len(leaves)
    assert found.rules[0].words.startswith("If ")


def test_gaps_in_a_tree_held_to_a_direction_go_where_the_median_goes() -> None:
    plain = fit(ROWS, Task.BINARY, "decision_tree")
    marked = Expectations(rising=("age",)).marked(plain.encoder.features)
    model = DecisionTree()
    built = model.build(marked, Task.BINARY, seed=0, threads=1)
    truth = (ROWS[TARGETS[Task.BINARY]] == "yes").to_numpy().astype(int)
    object.__setattr__(
        plain, "estimator", model.fit(built, plain.matrix(ROWS), truth, categories=[])
    )
    found, score = inside.of(plain, plain.matrix(ROWS)), plain.score(ROWS)
    for row, said in enumerate(values(plain)):
        (rule,) = [r for r in found.rules if all(c.holds(said[c.column]) for c in r.conditions)]
        assert rule.answer == pytest.approx(score[row, 1])


@pytest.mark.parametrize("kind", ["additive", "logistic_regression"])
def test_the_curves_of_a_sum_add_up_to_the_answers(kind: str) -> None:
    fitted, found = looked(Task.BINARY, kind)
    assert found.unit == "log-odds"
    assert {curve.column for curve in found.curves} >= {"age", "city", "sex"}
    city = next(curve for curve in found.curves if curve.column == "city")
    asked = ROWS.iloc[[0, 0, 0]].assign(city=list(city.at))
    odds = np.log(fitted.score(asked)[:, 1] / fitted.score(asked)[:, 0])
    np.testing.assert_allclose(odds - odds.mean(), city.effect, atol=1e-6)


def test_boosted_shapes_tell_which_columns_act_together() -> None:
    _, found = looked(Task.REGRESSION, "explainable_boosting", pairs=2, trees=60)
    assert found.curves[0].column == "usage"
    assert all(len(set(pair)) == 2 for pair in found.pairs)


def test_the_table_of_points_gives_the_answers_of_the_model() -> None:
    fitted, found = looked(Task.BINARY, "scorecard")
    assert {entry.range for entry in found.points} & {"missing", "Vik"}
    by_column: dict[str, list[int]] = {}
    for entry in found.points:
        by_column.setdefault(entry.column, []).append(entry.points)
    most = found.start + sum(max(points) for points in by_column.values())
    score = fitted.score(ROWS)[:, 1]
    assert score.max() <= expit((most - 500) / (20 / np.log(2))) + 1e-12
    assert all(min(points) == 0 for points in by_column.values())


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(column="age", at_most=30), "age is at most 30"),
        (Condition(column="age", above=18, at_most=30), "age is above 18, at most 30"),
        (Condition(column="age", above=18, missing=True), "age is above 18 or missing"),
        (Condition(column="plan", levels=("a", "b")), "plan is a or b"),
        (
            Condition(column="plan", levels=tuple("abcdefgh")),
            "plan is one of 8: a, b, c, d, e, f, …",
        ),
    ],
)
def test_conditions_are_read_aloud(condition: Condition, words: str) -> None:
    assert condition.words == words


def test_two_conditions_on_one_column_become_one() -> None:
    one, two = Condition(column="a", at_most=9, missing=True), Condition(column="a", at_most=5)
    assert one.within(two) == Condition(column="a", at_most=5)
    assert not one.within(two).holds(None)
    assert one.within(Condition(column="a", above=2)).holds(3)
