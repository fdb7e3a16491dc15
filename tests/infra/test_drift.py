from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from mll_core.infra import drift
from mll_core.infra.raw_rows import Kind

N = 4_000


def one(
    tmp_path: Path, before: NDArray[np.generic], now: NDArray[np.generic], kind: Kind
) -> drift.Bins:
    paths = tmp_path / "before.parquet", tmp_path / "now.parquet"
    for path, values in zip(paths, (before, now), strict=True):
        pd.DataFrame({"a column": values}).to_parquet(path)
    return drift.of_files(*paths, {"a column": kind})["a column"]


def by_hand(r: NDArray[np.float64], c: NDArray[np.float64]) -> float:
    r, c = (np.maximum(x / x.sum(), 1e-4) for x in (r, c))
    return float(np.sum((c - r) * np.log(c / r)))


def test_numbers_are_binned_at_the_deciles_of_the_reference(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    before, now = draw.normal(size=N), draw.normal(0.3, 1.2, size=N // 2)
    edges = np.quantile(before, np.arange(1, 10) / 10, method="inverted_cdf")
    bounds = [-np.inf, *np.nextafter(edges, np.inf), np.inf]
    r, c = (np.histogram(x, bounds)[0].astype(float) for x in (before, now))
    found = one(tmp_path, before, now, "number")
    assert found.psi == pytest.approx(by_hand(r, c), abs=1e-9)
    assert found.reference.tolist() == [*r, 0]
    expected = stats.chi2_contingency([r, c], correction=False).pvalue
    assert found.p_value == pytest.approx(expected, abs=1e-9)


def test_missing_numbers_have_a_bin_of_their_own(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    before, now = draw.normal(size=N), draw.normal(size=N)
    now[:1000] = np.nan
    found = one(tmp_path, before, now, "number")
    assert found.current[-1] == 1000
    assert (found.reference_missing, found.current_missing) == (0.0, 0.25)


def test_numbers_of_few_values_have_a_bin_per_value_and_one_for_new_ones(tmp_path: Path) -> None:
    before, now = np.repeat([0.0, 1.0], [200, 3800]), np.repeat([0.0, 1.0, 2.0], [400, 3000, 600])
    found = one(tmp_path, before, now, "number")
    assert found.current.tolist() == [400, 3000, 600, 0]
    assert found.unseen == 0.15
    assert found.psi == pytest.approx(
        by_hand(np.array([200.0, 3800, 0]), np.array([400.0, 3000, 600])), abs=1e-9
    )


def test_categories_have_a_bin_per_level_and_agree_with_scipy(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    before = draw.choice(["a", "b", "c"], N, p=[0.5, 0.3, 0.2])
    now = draw.choice(["a", "b", "c", "new"], N, p=[0.4, 0.3, 0.2, 0.1])
    r, c = (
        np.array([(x == v).sum() for v in ("a", "b", "c", "new")], float) for x in (before, now)
    )
    found = one(tmp_path, before, now, "text")
    assert found.psi == pytest.approx(by_hand(r, c), abs=1e-9)
    assert found.unseen == pytest.approx(c[3] / N)
    expected = stats.chi2_contingency([r, c], correction=False).pvalue
    assert found.p_value == pytest.approx(expected, abs=1e-9)


def test_truth_values_are_categories(tmp_path: Path) -> None:
    found = one(tmp_path, np.arange(N) % 2 == 0, np.arange(N) % 4 == 0, "boolean")
    assert sorted(found.current[found.current > 0]) == [1000, 3000]


def test_new_values_of_a_long_list_are_expected_as_often_as_the_reference_has_singles(
    tmp_path: Path,
) -> None:
    draw = np.random.default_rng(0)
    before, now = (draw.zipf(1.5, N) % 100_000 for _ in range(2))
    found = one(tmp_path, before.astype(str), now.astype(str), "text")
    assert found.unseen > 0.05
    assert found.psi < 3 * found.noise_band


def test_prose_is_compared_by_its_length(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    before, now = (np.array(["x" * k + str(i) for i, k in enumerate(draw.integers(1, 99, N))])
                   for _ in range(2))  # fmt: skip
    found = one(tmp_path, before, now, "text")
    assert found.statistic == "psi of text length"
    assert found.psi < 0.1


def test_dates_are_measured_and_said_not_to_be_judged(tmp_path: Path) -> None:
    before = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(N), unit="h")
    now = before + pd.Timedelta(days=400)
    found = one(tmp_path, before.to_numpy(), now.to_numpy(), "time")
    assert found.psi > 1
    assert "not judged" in found.statistic


def test_scores_in_memory_are_binned_as_files_are(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    before, now = draw.beta(2, 5, N), draw.beta(2, 4, N)
    assert drift.of_numbers(before, now).psi == pytest.approx(
        one(tmp_path, before, now, "number").psi, abs=1e-12
    )


def test_empty_samples_have_no_drift() -> None:
    nothing = np.zeros(3)
    assert drift.psi(nothing, np.ones(3)) == 0.0
    assert drift.noise_band(nothing, nothing) == 0.0
    assert drift.chi_squared(nothing, np.ones(3)) == 1.0


@pytest.mark.parametrize(("n", "m"), [(300, 300), (5_000, 200), (5_000, 5_000)])
def test_the_noise_band_is_the_95th_percentile_when_nothing_changed(n: int, m: int) -> None:
    draw = np.random.default_rng(1)
    values, bands = [], []
    for _ in range(600):
        found = drift.of_numbers(draw.normal(size=n), draw.normal(size=m))
        values.append(found.psi)
        bands.append(found.noise_band)
    over = np.mean(np.array(values) > np.array(bands))
    assert 0.02 < over < 0.09


def test_a_folder_with_a_star_in_its_name_is_read_as_it_is(tmp_path: Path) -> None:
    odd = tmp_path / "a*[b]'c"
    odd.mkdir()
    found = one(odd, np.arange(100.0), np.arange(100.0), "number")
    assert found.psi == 0.0
