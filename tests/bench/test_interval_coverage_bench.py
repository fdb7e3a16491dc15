import pytest
from coverage_runs import KNOWN, share


@pytest.mark.bench
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", KNOWN)
def test_intervals_hold_the_truth_in_93_to_97_of_100(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    held = share(name, 2000, 400)
    with capsys.disabled():
        print(f"\n95 % interval of {name}: holds the truth in {held:.2%} of 2,000 simulations")
    assert 0.93 <= held <= 0.97
