import pytest
from segment_runs import ROWS, search, told

TABLES = 400


@pytest.mark.bench
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("together", [1, 5])
def test_pure_noise_gives_a_segment_in_at_most_5_of_100_tables(
    together: int, capsys: pytest.CaptureFixture[str]
) -> None:
    false = sum(bool(search(seed, together=together)) for seed in range(TABLES))
    hits = sum(bool(search(seed, 0.3, together)) for seed in range(100))
    enough = told(together)
    sure = sum(bool(search(seed, enough, together)) for seed in range(100))
    with capsys.disabled():
        print(f"\nrows in groups of {together}: {false} of {TABLES} tables of noise gave a segment")
        print(f"a planted one (15 % wrong, 45 % there) was found in {hits} of 100")
        print(f"one that is worse by {100 * enough:.0f} points, as it is said, in {sure} of 100")
        for points in (45, 60):
            more = sum(bool(search(seed, points / 100, together)) for seed in range(100))
            print(f"one that is worse by {points} points in {more} of 100")
        many = sum(bool(search(seed, 0.3, together, 3 * ROWS)) for seed in range(100))
        print(f"the planted one among three times as many rows in {many} of 100")
    assert many >= 90
    assert sure >= 70
    assert false / TABLES <= 0.05 + 2 * (0.05 * 0.95 / TABLES) ** 0.5
