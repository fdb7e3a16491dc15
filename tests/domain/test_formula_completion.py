"""What a formula is offered to go on with."""

import ibis
import pytest

from mll_core.domain.formula_completion import MOST, Names, complete, instead

NAMES = Names(
    ibis.schema(
        {
            "fee": "float64",
            "free trial": "boolean",
            "plan": "string",
            "born": "timestamp",
            "weight": "float64",
        }
    ),
    {"weight": "kg"},
)


def offered(text: str) -> list[str]:
    return [offer.label for offer in complete(text, NAMES)]


def after(text: str, label: str) -> str:
    return next(offer.formula for offer in complete(text, NAMES) if offer.label == label)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ["fee", "free trial", "plan", "born", "weight"]),
        ("f", ["fee", "free trial", "floor(", "if_missing("]),
        ("roun", ["round("]),
        ("rond", ["round("]),
        ("weigt", ["weight"]),
        ("fee", ["+", "-", "*", "/"]),
        ("fee ", ["+", "-", "*", "/"]),
        ("fee +", ["fee", "free trial", "plan", "born", "weight"]),
        ("`free trial`", ["and", "or"]),
        ("`fr", ["free trial"]),
        ("year(", ["born"]),
        ("year(b", ["born"]),
        ("year(born", [")", ">="]),
        ("year(born)", ["+", "-"]),
        ("days_between(born, ", ["born"]),
        ('plan == "Gold"', ["==", "!="]),
        ("fee > 3", ["+", "-"]),
        ("fee is missing and", ["fee", "free trial", "plan", "born", "weight"]),
        ('convert(weight, "l', ["lb", "l"]),
        ('plan == "Go', []),
    ],
)
def test_what_fits_is_offered_the_likeliest_first(text: str, first: list[str]) -> None:
    found = offered(text)
    assert found[: len(first)] == first
    assert len(found) <= MOST or "convert" in text
    assert first or not found


def test_what_is_taken_completes_the_word_and_quotes_a_name_that_needs_it() -> None:
    assert after("fee + we", "weight") == "fee + weight"
    assert after("2 * fr", "free trial") == "2 * `free trial`"
    assert after("`fr", "free trial") == "`free trial`"
    assert after("1 + ro", "round(") == "1 + round("
    assert after("fee", ">=") == "fee >= "
    assert after("fee and", "plan") == "fee and plan"
    assert after('convert(weight, "l', "lb") == 'convert(weight, "lb")'


def test_an_offer_says_what_it_is() -> None:
    notes = {offer.label: offer.note for offer in (*complete("", NAMES), *complete("ro", NAMES))}
    assert notes["weight"] == "numbers in kg"
    assert notes["plan"] == "text"
    assert notes["round("].startswith("round(x, digits): to that many digits")
    assert "For example: round(price / 3, 2)" in notes["round("]


def test_a_name_that_is_not_known_is_put_right_where_it_stands() -> None:
    meant = instead('rond(Fee * 2, 1) + length(plan + "fee")', NAMES)
    assert meant is not None
    assert meant.formula == 'round(Fee * 2, 1) + length(plan + "fee")'
    meant = instead('round(`freetrial` * 2, 1) + length(plan + "fee")', NAMES)
    assert meant is not None
    assert meant.formula == 'round(`free trial` * 2, 1) + length(plan + "fee")'
    assert instead("fee + ", NAMES) is None
    assert instead("fee + weight", NAMES) is None
    assert instead("fee is missing", NAMES) is None
    assert instead("xylophone + 1", NAMES) is None
