from check_cases import found

from mll_core.plugins.checks.untidy_text import UntidyText

ROWS = {"c": ["North"] * 50 + ["South"] * 40 + ["North "] * 5 + ["SOUTH"] * 5, "d": ["a", "b"] * 50}


def test_blanks_and_case_are_found_apart() -> None:
    findings = {finding.code: finding for finding in found(UntidyText(), ROWS)}
    assert findings["blanks_around"].numbers == {"count": 5, "values": 100}
    assert findings["mixed_case"].numbers == {"written": 3, "meant": 2}


def test_the_usual_way_of_writing_is_proposed() -> None:
    findings = {finding.code: finding for finding in found(UntidyText(), ROWS)}
    fix = findings["mixed_case"].fix
    assert fix
    assert fix.value == {"kind": "change_case", "column": "c", "case": "title"}


def test_blank_text_and_gaps_are_not_untidy() -> None:
    assert found(UntidyText(), {"c": ["a", "b", " ", "", None] * 10}) == []
