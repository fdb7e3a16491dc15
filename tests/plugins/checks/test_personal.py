import pytest
from check_cases import found

from mll_core.plugins.checks.personal import Personal

N = 40
ROWS = {
    "contact": [f"p{i}@example.org" for i in range(N)],
    "account": [f"DE89 3704 0044 0532 01{i:02d} 00" for i in range(N)],
    "reach": [f"+49 30 1234{i:03d}" for i in range(N)],
    "host": [f"10.0.0.{i}" for i in range(N)],
    "number": [f"123-45-{i:04d}" for i in range(N)],
    "Last Name": [f"Person {i}" for i in range(N)],
    "amount": [f"12{i}.50" for i in range(N)],
    "day": [f"2024-01-{1 + i % 28:02d}" for i in range(N)],
    "calls": list(range(N)),
}


def test_columns_that_tell_who_somebody_is_are_proposed() -> None:
    findings = found(Personal(), ROWS)
    personal = ["contact", "account", "reach", "host", "number", "Last Name"]
    assert [finding.column for finding in findings] == personal
    assert all(f.fix and f.fix.path == "data.personal" and not f.fix.safe for f in findings)
    told = "'contact' seems to tell who somebody is: most of its values are e-mail addresses."
    assert findings[0].sentence == told


@pytest.mark.parametrize(
    "name",
    ["customer_e-mail", "surname", "home_phone", "street", "IBAN", "client_ip", "dob", "name"],
)
def test_a_name_is_enough(name: str) -> None:
    values = [f"{chr(97 + i % 26)}{i}" for i in range(N)]
    assert [finding.column for finding in found(Personal(), {name: values})] == [name]


@pytest.mark.parametrize(
    "name", ["phone_service", "product_name_length", "tip", "addressed", "named"]
)
def test_a_part_of_a_word_is_not(name: str) -> None:
    assert found(Personal(), {name: [f"v{i}" for i in range(N)]}) == []


def test_the_target_and_columns_of_two_values_are_left_alone() -> None:
    rows = {"phone": ["yes", "no"] * 20, "e_mail": [f"p{i}@example.org" for i in range(N)]}
    assert found(Personal(), rows, "e_mail") == []
