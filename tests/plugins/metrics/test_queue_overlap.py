from metric_cases import SEEDS, binary, exactly
from sklearn.metrics import precision_score

from mll_core.plugins.metrics.queue_overlap import QueueOverlap


@SEEDS
def test_it_is_the_share_of_the_second_queue_that_is_in_the_first(seed: int) -> None:
    cases = binary(seed)
    assert QueueOverlap().score(cases) == exactly(precision_score(cases.truth, cases.label))
