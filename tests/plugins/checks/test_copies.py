import numpy as np
import pytest
from check_cases import found, found_in, real_parquet

from mll_core.plugins.checks.copies import Copies

RNG = np.random.default_rng(0)
LEVEL = RNG.integers(0, 6, 300)
ROWS = {
    "a": LEVEL.tolist(),
    "same": LEVEL.tolist(),
    "name": [["zero", "one", "two", "three", "four", "five"][i] for i in LEVEL],
    "shuffled": RNG.permutation(LEVEL).tolist(),
    "x": RNG.normal(size=300).tolist(),
}


def test_an_exact_copy_is_left_out_without_asking() -> None:
    findings = {finding.column: finding for finding in found(Copies(), ROWS)}
    assert findings["same"].sentence == "'same' equals 'a' in all 300 rows."
    assert findings["same"].fix
    assert findings["same"].fix.safe


def test_a_name_and_its_code_are_asked_about() -> None:
    findings = {finding.column: finding for finding in found(Copies(), ROWS)}
    assert findings["name"].code == "same_information"
    assert findings["name"].fix
    assert not findings["name"].fix.safe
    assert set(findings) == {"same", "name"}


def test_gaps_must_be_in_the_same_places() -> None:
    a, b = [1, None, 2, 3, 3] * 30, [1, 2, None, 3, 2] * 30
    assert found(Copies(), {"a": a, "b": b}) == []
    assert [f.column for f in found(Copies(), {"a": a, "b": a})] == ["b"]


@pytest.mark.real
def test_adult_states_education_twice() -> None:
    (finding,) = found_in(Copies(), real_parquet("adult.csv"))
    assert (finding.column, finding.numbers["of"]) == ("education-num", "education")
