import pytest

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.plugins.tasks.anomaly import Anomaly


@pytest.mark.parametrize(
    ("target", "metric"), [(None, "queue_overlap"), ("fraud", "average_precision")]
)
def test_what_is_known_ranks_where_something_is(target: str | None, metric: str) -> None:
    found, why = Anomaly().metric(Brief(target=target), Profile(rows=0, columns=()))
    assert found == metric
    assert ("No case is known" in why) == (target is None)


def test_known_cases_are_yes_or_no() -> None:
    many = ColumnProfile(name="score", type="DOUBLE", semantic="number", nulls=0, distinct=90)
    assert "two values" in str(Anomaly().unfit(many))
