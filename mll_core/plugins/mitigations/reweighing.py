"""Learning with weights that make answer and group independent."""

from typing import Any, ClassVar, Literal

import numpy as np

from mll_core.domain.group_cuts import Hits
from mll_core.domain.mitigation import Groups, Mitigation
from mll_core.domain.task import Floats


class Reweighing(Mitigation):
    """A case counts for more where its group has fewer such answers than all groups have.

    Source: Kamiran & Calders (2012), Data preprocessing techniques for classification without
    discrimination.
    """

    label: ClassVar[str] = "Weigh the cases anew"
    kind: Literal["reweighing"] = "reweighing"

    def fit(self, estimator: Any, matrix: Any, hit: Hits, group: Groups) -> Any:
        """Fitted with ``sample_weight``."""
        return estimator.fit(matrix, hit.astype(np.int64), sample_weight=weights(hit, group))


def weights(hit: Hits, group: Groups) -> Floats:
    """(n,) P(group) P(answer) / P(group and answer); their mean is 1."""
    codes = np.unique(group, return_inverse=True)[1]
    both = np.bincount(2 * codes + hit, minlength=2 * (int(codes.max()) + 1)).reshape(-1, 2)
    expected = both.sum(axis=1, keepdims=True) * both.sum(axis=0) / len(hit)
    share = np.divide(expected, both, out=np.zeros(both.shape), where=both > 0)
    return np.asarray(share[codes, hit.astype(np.int64)])
