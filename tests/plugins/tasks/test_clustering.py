from mll_core.domain.data import Profile
from mll_core.domain.document import Brief
from mll_core.plugins.tasks.clustering import Clustering


def test_no_column_holds_the_answer() -> None:
    assert not Clustering.takes_target
    assert Clustering().metric(Brief(), Profile(rows=0, columns=()))[0] == "silhouette"
