import numpy as np
import pytest
from unanswered_cases import crowd

from mll_core.domain.task import Task
from mll_core.plugins.models.one_class_svm import OneClassSVM


def test_the_share_that_is_asked_for_lies_outside_the_border() -> None:
    rows = crowd(n=900)
    fitted = rows.fitted(OneClassSVM(outside=0.2), Task.ANOMALY)
    places = fitted.space_.transform(rows.matrix)
    outside = np.mean(fitted.detector_.score_samples(places) < 1)
    assert outside == pytest.approx(0.2, abs=0.05)
