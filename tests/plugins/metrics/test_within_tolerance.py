from metric_cases import SEEDS, exactly, numeric

from mll_core.plugins.metrics.within_tolerance import WithinTolerance


@SEEDS
def test_it_counts_the_rows_inside_the_tolerance(seed: int) -> None:
    cases = numeric(seed)
    inside = [abs(s - t) <= 0.2 * t for s, t in zip(cases.score, cases.truth, strict=True)]
    assert WithinTolerance(tolerance=0.2).score(cases) == exactly(sum(inside) / cases.n)
