from metric_cases import NOT_A_NUMBER, SEEDS, binary, called, exactly, multiclass, one_class
from sklearn import metrics

from mll_core.plugins.metrics.roc_auc import RocAuc


@SEEDS
def test_it_equals_scikit_learn(seed: int) -> None:
    cases = binary(seed)
    expected = metrics.roc_auc_score(cases.truth, called(cases))
    assert RocAuc().score(cases) == exactly(expected)
    many = multiclass(seed)
    expected = metrics.roc_auc_score(many.truth, many.score, multi_class="ovr")
    assert RocAuc().score(many) == exactly(expected)


def test_one_class_cannot_be_ranked() -> None:
    assert RocAuc().score(one_class()) == NOT_A_NUMBER
