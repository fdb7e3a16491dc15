from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving_samples import RECORD, TARGETS, fit, model, rows

from mll_core.domain.errors import UnfitRows
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import ANSWERED, Task
from mll_core.infra.scorer import NO_REASONS, Scorer
from mll_core.plugins.steps.trim_text import TrimText

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_records_score_bit_for_bit_as_the_training_rows_do(task: Task) -> None:
    frame = rows(60, seed=3)
    raw = frame.drop(columns=list(TARGETS.values()))
    expected = model(task).score(raw)
    records = raw.drop(columns="id").assign(since=raw["since"].dt.strftime("%Y-%m-%d"))
    sent = records.astype(object).where(records.notna(), None).to_dict("records")
    scored = Scorer(model(task)).score(sent)
    assert not scored.errors
    if task is Task.REGRESSION:
        assert [p.prediction for p in scored.predictions if p] == expected.tolist()
    else:
        found = [list((p.probabilities or {}).values()) for p in scored.predictions if p]
        assert np.array_equal(np.array(found), expected)


def test_the_answer_is_in_the_targets_own_values() -> None:
    numbered = replace(model(), classes=("0", "1"), class_values=(0, 1), positive="1")
    (answer,) = Scorer(numbered).predict([RECORD])
    assert answer.prediction in (0, 1)
    assert isinstance(answer.prediction, int)
    assert answer.probabilities is not None
    assert set(answer.probabilities) == {"0", "1"}


def test_a_category_never_seen_is_scored_and_counted() -> None:
    scored = Scorer(model()).score([{**RECORD, "plan": "gold"}, RECORD])
    assert not scored.errors
    assert scored.unseen == {"plan": 1}


def test_a_value_the_recipe_tidies_is_not_counted_as_unseen() -> None:
    tidy = fit(rows(), recipe=Recipe(steps=(TrimText(column="plan"),)))
    clean, spaced = Scorer(tidy).score([RECORD, {**RECORD, "plan": " basic "}]).scores
    assert clean == spaced


def test_null_is_missing_and_counted() -> None:
    scored = Scorer(model()).score([dict.fromkeys(RECORD)])
    assert not scored.errors
    assert scored.missing == dict.fromkeys(RECORD, 1)


def test_all_or_none_names_the_first_fault() -> None:
    with pytest.raises(UnfitRows, match=r"Record 2: 'age' must be a number, got text\."):
        Scorer(model()).predict([RECORD, {**RECORD, "age": "old"}])


def test_reasons_that_cannot_be_given_are_said() -> None:
    scored = Scorer(model()).score([RECORD], explain=True)
    assert scored.notes == (NO_REASONS,)
    assert scored.predictions[0] is not None
    assert scored.predictions[0].reasons is None


def test_reasons_are_in_raw_columns_and_add_up_in_order_of_strength() -> None:
    pytest.importorskip("mll_core.infra.explainer")
    background = rows(50, seed=9).drop(columns=["id", *TARGETS.values()])
    (answer,) = Scorer(model(), background).predict([RECORD], explain=True)
    assert answer.reasons is not None
    assert {reason.column for reason in answer.reasons} <= set(RECORD)
    strengths = [abs(reason.effect) for reason in answer.reasons]
    assert strengths == sorted(strengths, reverse=True)


@pytest.mark.parametrize(
    ("task", "actual", "fits"),
    [
        (Task.BINARY, "yes", True),
        (Task.BINARY, "maybe", False),
        (Task.BINARY, None, False),
        (Task.BINARY, True, False),
        (Task.REGRESSION, 3, True),
        (Task.REGRESSION, "3", False),
        (Task.REGRESSION, float("inf"), False),
        (Task.REGRESSION, 10**400, False),
    ],
)
def test_a_late_label_must_be_a_value_of_the_target(task: Task, actual: Any, fits: bool) -> None:
    assert (Scorer(model(task)).outcome_problem(actual) is None) is fits


@given(st.lists(JUNK | st.dictionaries(st.sampled_from([*RECORD, "x"]), JUNK), max_size=4))
def test_any_junk_gives_errors_and_never_an_exception(records: list[Any]) -> None:
    scored = Scorer(model()).score(records)
    refused = {error.record for error in scored.errors}
    assert len(scored.predictions) == len(records)
    assert refused == {i for i, p in enumerate(scored.predictions) if p is None}


@given(st.sampled_from(list(RECORD)), JUNK)
def test_one_mutated_value_is_scored_or_named(column: str, value: Any) -> None:
    scored = Scorer(model()).score([{**RECORD, column: value}, RECORD])
    assert scored.predictions[1] is not None
    assert {error.column for error in scored.errors} <= {column}
    assert all(np.isfinite(score) for score in scored.scores if score is not None)
