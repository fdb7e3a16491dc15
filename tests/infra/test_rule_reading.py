import numpy as np
import pandas as pd
import pytest

from mll_core.infra.rule_reading import answers

NAMES = ("a", "b c", "plan")
LEVELS: tuple[tuple[str, ...], ...] = ((), (), ("x", "y"))
FRAME = pd.DataFrame(
    {
        "a": [1.0, 2.0, np.nan, 4.0, 0.0],
        "b c": [2.0, np.nan, 3.0, 1.0, 0.0],
        "plan": ["x", "y", "x", None, "y"],
    }
)
MATRIX = np.column_stack(
    [FRAME["a"], FRAME["b c"], FRAME["plan"].map({"x": 0.0, "y": 1.0})]
).astype(np.float32)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("a > 1", [0, 1, None, 1, 0]),
        ("`b c` >= 1 and plan == 'x'", [1, 0, 1, None, 0]),
        ("plan == 'x' or a >= 2", [1, 1, 1, 1, 0]),
        ("not a > 1", [1, 0, None, 0, 1]),
        ("a is missing", [0, 0, 1, 0, 0]),
        ("plan is not missing", [1, 1, 1, 0, 1]),
        ("plan in ('x', 'z')", [1, 0, 1, None, 0]),
        ("plan != 'never seen'", [1, 1, 1, None, 1]),
        ("0 < a < 3", [1, 1, None, 0, 0]),
        ("-a / 2 + 1", [0.5, 0, None, -1, 1]),
        ("a if plan == 'x' else 9", [1, 9, None, 9, 9]),
    ],
)
def test_it_says_what_the_formula_says_and_missing_stays_missing(
    rule: str, expected: list[float | None]
) -> None:
    found = answers(rule, NAMES, LEVELS, MATRIX)
    np.testing.assert_allclose(found, np.array(expected, float))
