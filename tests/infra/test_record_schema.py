from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from mll_core.domain.serving import RecordError
from mll_core.infra.record_schema import LONGEST_TEXT, RecordSchema

SCHEMA = RecordSchema(
    {"age": "number", "plan": "text", "active": "boolean", "since": "time"}, frozenset({"left"})
)
GOOD = {"age": 41, "plan": "basic", "active": True, "since": "2024-03-01"}


def frame_of(records: list[Any]) -> tuple[pd.DataFrame, tuple[RecordError, ...], dict[str, int]]:
    checked = SCHEMA.check(records)
    return checked.frame(), checked.errors, checked.nulls


def fault(**changed: Any) -> tuple[str | None, str]:
    frame, errors, _ = frame_of([{**GOOD, **changed}])
    assert not len(frame)
    (error,) = errors
    assert error.hint
    return error.column, error.problem


def test_a_good_record_becomes_a_row_of_the_training_types() -> None:
    frame, errors, nulls = frame_of([GOOD, {**GOOD, "age": None}])
    assert not errors
    assert nulls == {"age": 1}
    assert frame.loc[0].tolist() == [41.0, "basic", True, datetime(2024, 3, 1)]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("age", "1.5", "must be a number, got text"),
        ("age", True, "must be a number, got true or false"),
        ("age", [1], "must be a number, got a list"),
        ("age", float("inf"), "must be a finite number"),
        ("age", float("nan"), "must be a finite number"),
        ("age", 10**400, "must be a finite number"),
        ("plan", 3, "must be text, got a number"),
        ("plan", "x" * (LONGEST_TEXT + 1), "is longer than 10,000 characters"),
        ("plan", "\ud800", "is not valid Unicode text"),
        ("active", 1, "must be true or false, got a number"),
        ("active", "yes", "must be true or false, got text"),
        ("since", "2024-02-30", "is not a date that exists"),
        ("since", "20240101", "is not a date that exists"),
        ("since", 1700000000, "must be a date in quotes, got a number"),
        ("since", "0001-01-01T00:00:00+23:00", "is not a date that exists"),
    ],
)
def test_a_value_of_another_type_is_refused_in_words(column: str, value: Any, said: str) -> None:
    assert fault(**{column: value}) == (column, said)


def test_a_message_never_repeats_the_value() -> None:
    _, errors, _ = frame_of([{**GOOD, "age": "4111 1111 1111 1111", "since": "secret"}])
    assert not any(word in str(errors) for word in ("4111", "secret"))


def test_a_missing_column_is_named_and_null_is_offered() -> None:
    (error,) = frame_of([{k: v for k, v in GOOD.items() if k != "plan"}])[1]
    assert (error.column, error.problem) == ("plan", "is missing")
    assert "null" in error.hint


def test_an_unknown_column_is_refused_with_the_nearest_name() -> None:
    (error,) = frame_of([{**GOOD, "actve": True}])[1]
    assert error.column == "actve"
    assert "'active'" in error.hint


def test_columns_that_are_not_learned_from_may_come_along() -> None:
    frame, errors, _ = frame_of([{**GOOD, "left": "yes"}])
    assert not errors
    assert "left" not in frame


def test_good_records_keep_their_place_when_others_are_refused() -> None:
    frame, errors, _ = frame_of([5, GOOD, None, {}, GOOD])
    assert frame.index.tolist() == [1, 4]
    assert {error.record for error in errors} == {0, 2, 3}


def test_a_hostile_batch_of_unknown_names_is_answered_quickly_and_bounded() -> None:
    strange = {f"{'n' * 5000}{i}\ud800": 1 for i in range(60)}
    _, errors, _ = frame_of([strange] * 200)
    assert len(errors) == 200 * 50
    assert all(len(error.column or "") <= 128 for error in errors)


def test_a_time_with_a_zone_is_brought_to_utc() -> None:
    frame, _, _ = frame_of([{**GOOD, "since": "2024-03-01T02:00:00+02:00"}])
    assert frame.loc[0, "since"] == datetime(2024, 3, 1)
