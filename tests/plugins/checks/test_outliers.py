import numpy as np
from check_cases import found

from mll_core.plugins.checks.outliers import Outliers

X = np.random.default_rng(0).normal(100, 10, 1_000)


def test_far_values_are_counted_with_the_usual_range() -> None:
    x = X.copy()
    x[:2] = 1e6
    (finding,) = found(Outliers(), {"x": x})
    assert finding.numbers["count"] == 2
    assert finding.sentence.startswith("2 of 1,000 rows (0.2 %) have a 'x' far from the others")
    assert "1,000,000" in finding.sentence
    assert finding.fix
    assert not finding.fix.safe


def test_a_long_tail_is_no_exception_and_ordinary_values_are_silence() -> None:
    assert found(Outliers(), {"x": X}) == []
    assert found(Outliers(), {"x": np.where(np.arange(1000) < 100, 1e6, X)}) == []
    assert found(Outliers(), {"x": [0] * 900 + [5] * 100}) == []
