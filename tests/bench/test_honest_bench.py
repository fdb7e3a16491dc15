import pytest
from honest_runs import GOAL, SETTINGS, called_better, held_classes, held_numbers

TIMES = 2000


@pytest.mark.bench
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", SETTINGS)
def test_equally_good_models_are_called_behind_in_at_most_5_of_100(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    any_behind, all_behind = called_better(name, TIMES)
    error = (0.05 * 0.95 / TIMES) ** 0.5
    with capsys.disabled():
        print(f"\n{name}, equally good: one is said to be behind in {any_behind:.2%}, all but the")
        print(f"best in {all_behind:.2%} of {TIMES:,} simulations (plus or minus {error:.2%})")
    assert any_behind <= 0.05 + 2 * error
    assert all_behind <= 0.05


@pytest.mark.bench
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("rows", [60, 200, 1000])
def test_ranges_and_sets_hold_the_truth_in_nine_of_ten_new_cases(
    rows: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        "range, errors alike": held_numbers(rows, TIMES),
        "range, errors growing": held_numbers(rows, TIMES, growing=True),
        "set of three classes": held_classes(rows, TIMES),
    }
    with capsys.disabled():
        for name, (held, said) in found.items():
            print(f"\n{rows} rows, {name}: held in {held:.2%} of new cases, said {said:.2%}")
    assert all(abs(held - GOAL) <= 0.02 for held, _ in found.values())
