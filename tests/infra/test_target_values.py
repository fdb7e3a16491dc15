from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from mll_core.domain.errors import UnfitTarget
from mll_core.domain.task import Task
from mll_core.infra.target_values import Classes, numbers


def test_the_positive_class_is_the_last_the_rarer_one_unless_named() -> None:
    target = pd.Series(["no", "no", "yes", None], name="churn")
    assert Classes.of(target, Task.BINARY).names == ("no", "yes")
    assert Classes.of(target, Task.BINARY, "no").names == ("yes", "no")
    rare_first = pd.Series(["a", "b", "b"], name="churn")
    assert Classes.of(rare_first, Task.BINARY).names == ("b", "a")


def test_numbers_and_booleans_are_classes_by_the_names_a_person_reads() -> None:
    ten = pd.Series([10.0, 9.0, 2.0, 10.0], name="grade")
    classes = Classes.of(ten, Task.MULTICLASS)
    assert classes.names == ("2", "9", "10")
    assert classes.values == (2.0, 9.0, 10.0)
    assert classes.codes(pd.Series([10, 2, 7, None])).tolist() == [2, 0, -1, -1]
    flags = pd.Series([True, False, False], name="flag")
    assert Classes.of(flags, Task.BINARY).names == ("false", "true")


@pytest.mark.parametrize(
    ("values", "task", "positive", "said"),
    [
        (["a", "a", None], Task.BINARY, None, "one value only"),
        (["a", "b", "c"], Task.BINARY, None, "has 3 classes"),
        (["a", "b"], Task.BINARY, "c", "no class 'c'"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(
    values: list[str | None], task: Task, positive: str | None, said: str
) -> None:
    with pytest.raises(UnfitTarget, match=said):
        Classes.of(pd.Series(values, name="t"), task, positive)


def test_a_number_target_is_float64_and_text_is_refused_by_its_value() -> None:
    target = pd.Series([Decimal("1.5"), None, Decimal("2")], name="price")
    np.testing.assert_array_equal(numbers(target), [1.5, np.nan, 2])
    with pytest.raises(UnfitTarget, match="'price' holds 'dear'"):
        numbers(pd.Series(["1", "dear"], name="price"))
