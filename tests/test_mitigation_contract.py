"""What every mitigation must keep, present and future."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from mll_core.catalog import MITIGATIONS
from mll_core.domain.group_cuts import Hits
from mll_core.domain.mitigation import Groups, Known, Mitigation
from mll_core.domain.plugin import bounds
from mll_core.domain.task import Floats

every = pytest.mark.parametrize("cls", MITIGATIONS.values(), ids=MITIGATIONS)


def people(n: int = 600, seed: int = 0) -> tuple[Floats, Hits, Groups]:
    """Rows of which one group's answers and numbers are higher; a number may be missing."""
    draw = np.random.default_rng(seed)
    group = draw.integers(0, 2, n)
    matrix = draw.normal(size=(n, 3)) + group[:, None]
    matrix[::50, 1] = np.nan
    return matrix, matrix[:, 0] + draw.normal(size=n) > 0.7, group


def half(hit: Hits, score: Floats) -> float:
    return 0.5


def small() -> DecisionTreeClassifier:
    return DecisionTreeClassifier(max_depth=4, random_state=0)


@every
def test_it_learns_says_probabilities_and_calls_some(cls: type[Mitigation]) -> None:
    matrix, hit, group = people()
    fitted = cls.of().fit(small(), matrix, hit, group)
    said = fitted.predict_proba(matrix)
    assert said.shape == (len(hit), 2)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    score = said[:, 1]
    called = cls.of().decide(Known(score, hit, group), score, group, half)
    assert called.dtype == bool
    assert 0 < called.sum() < len(hit)
    again = cls.of().fit(small(), matrix, hit, group).predict_proba(matrix)
    np.testing.assert_array_equal(said, again)


@every
def test_it_lessens_the_gap_in_who_is_called(cls: type[Mitigation]) -> None:
    matrix, hit, group = people()

    def gap(mitigation: Mitigation) -> float:
        score = mitigation.fit(small(), matrix, hit, group).predict_proba(matrix)[:, 1]
        called = mitigation.decide(Known(score, hit, group), score, group, half)
        return abs(float(called[group == 1].mean() - called[group == 0].mean()))

    class Plain(Mitigation):
        label = "plain"
        kind: str = "plain"

    assert gap(cls.of()) < 0.9 * gap(Plain())


@every
def test_the_truth_of_the_rows_it_decides_is_never_asked(cls: type[Mitigation]) -> None:
    _, hit, group = people()
    score = np.random.default_rng(1).random(len(hit))
    known = Known(score[:300], hit[:300], group[:300])
    first = cls.of().decide(known, score[300:], group[300:], half)
    one = [cls.of().decide(known, score[[i]], group[[i]], half)[0] for i in range(300, 340)]
    np.testing.assert_array_equal(first[:40], one)


@every
def test_a_group_nobody_knows_and_one_group_alone_are_no_harm(cls: type[Mitigation]) -> None:
    matrix, hit, group = people()
    score = np.random.default_rng(1).random(len(hit))
    strange = cls.of().decide(Known(score, hit, group), score[:9], np.full(9, 7), half)
    np.testing.assert_array_equal(strange, score[:9] >= 0.5)
    alone = cls.of().fit(small(), matrix, hit, np.zeros(len(hit), dtype=np.int64))
    assert alone.predict_proba(matrix).shape == (len(hit), 2)


@every
def test_its_settings_are_explained_and_bounded(cls: type[Mitigation]) -> None:
    assert cls.__doc__
    for field in cls.parameters().values():
        assert field.description
        if isinstance(field.default, int | float):
            low, high = bounds(field)
            assert low <= field.default <= high
