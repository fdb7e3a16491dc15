import numpy as np
import pytest
from samples import replay
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from mll_core.plugins.steps.group_rows import GroupRows

DRAW = np.random.default_rng(1)
ROWS = np.vstack(
    [DRAW.normal(size=(n, 2)) + at for n, at in ((90, (0, 0)), (60, (9, 9)), (30, (0, 9)))]
)


def test_the_groups_and_distances_are_those_of_scikit_learn() -> None:
    even = StandardScaler().fit_transform(ROWS)
    found = KMeans(3, n_init=10, random_state=5).fit(even)
    out = replay(
        GroupRows(columns=("a", "b"), groups=3, into="g"),
        a=ROWS[:, 0].tolist(),
        b=ROWS[:, 1].tolist(),
    )
    assert out["g"] == ["1"] * 90 + ["2"] * 60 + ["3"] * 30
    np.testing.assert_allclose(out["g distance"], found.transform(even).min(axis=1), atol=1e-9)
    same = {(group, label) for group, label in zip(out["g"], found.predict(even), strict=True)}
    assert len(same) == 3


def test_a_row_between_known_ones_goes_to_the_nearest_middle() -> None:
    out = replay(GroupRows(columns=("a",), groups=2, into="g"), a=[0.0, 0.0, 1.0, 9.0, 10.0, None])
    assert out["g"] == ["1", "1", "1", "2", "2", "1"]


def test_fewer_different_rows_than_groups_make_fewer_groups() -> None:
    out = replay(GroupRows(columns=("a",), groups=4, into="g"), a=[1.0, 1.0, 2.0])
    assert out["g"] == ["1", "1", "2"]
    assert out["g distance"] == pytest.approx([0, 0, 0], abs=1e-12)
