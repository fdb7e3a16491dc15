from metric_cases import NOT_A_NUMBER, SEEDS, binary, called, exactly, one_class
from scipy.stats import ks_2samp

from mll_core.plugins.metrics.ks import KolmogorovSmirnov


@SEEDS
def test_it_is_the_distance_between_the_scores_of_the_two_classes(seed: int) -> None:
    cases = binary(seed)
    score, hit = called(cases), cases.truth == 1
    expected = ks_2samp(score[hit], score[~hit]).statistic
    assert KolmogorovSmirnov().score(cases) == exactly(expected)


def test_one_class_has_no_distance() -> None:
    assert KolmogorovSmirnov().score(one_class()) == NOT_A_NUMBER
