import pytest
from coverage_runs import KNOWN, gains, share

TIMES = 2000


@pytest.mark.bench
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", KNOWN)
def test_intervals_hold_the_truth_in_93_to_97_of_100(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    held = share(name, TIMES, 1000)  # as many resamples as a project has
    error = (held * (1 - held) / TIMES) ** 0.5
    with capsys.disabled():
        print(f"\n95 % interval of {name}: holds the truth in {held:.2%} of {TIMES:,} simulations")
        print(f"(plus or minus {error:.2%}, one standard error of simulating)")
    assert 0.93 <= held <= 0.97


@pytest.mark.bench
@pytest.mark.timeout(3000)
def test_the_band_of_gains_holds_the_truth_where_rows_belong_together(
    capsys: pytest.CaptureFixture[str],
) -> None:
    held = gains(1000)
    with capsys.disabled():
        print(f"\nband of gains at a fifth, by 60 customers: {held:.1%} of 1,000 simulations")
    assert held >= 0.93
