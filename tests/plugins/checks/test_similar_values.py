from check_cases import found

from mll_core.plugins.checks.similar_values import SimilarValues

CITY = ["New York"] * 40 + ["São Paulo"] * 30 + ["Boston"] * 20
SPELT = [*CITY, "New-York", "Sao  Paulo", "Sâo Paulo", "Bostn", "boston ", "Neww York"]


def test_spellings_of_one_value_are_proposed_to_be_merged() -> None:
    (finding,) = found(SimilarValues(), {"city": [*SPELT, "N/A", None]})
    assert finding.numbers == {"spellings": 4, "count": 4, "values": 97}
    assert finding.fix
    assert finding.fix.value["values"] == {
        "New-York": "New York",
        "Sao  Paulo": "São Paulo",
        "Sâo Paulo": "São Paulo",
        "Neww York": "New York",
    }
    assert "look like others ('Sao  Paulo' like 'São Paulo'" in finding.sentence


def test_case_and_blanks_alone_are_told_by_another_check() -> None:
    assert not found(SimilarValues(), {"c": ["North"] * 50 + ["north", "NORTH ", "South"] * 5})


def test_values_that_are_as_frequent_as_each_other_are_two_values() -> None:
    rows = {"c": ["Married-civ-spouse", "Married-xiv-spouse"] * 30 + ["1st-4th", "5th-6th"] * 30}
    assert not found(SimilarValues(), rows)


def test_texts_names_and_numbers_are_passed_over() -> None:
    rows = {"id": [f"id{n}" for n in range(50)], "n": list(range(50))}
    assert not found(SimilarValues(), rows)


def test_another_order_of_words_and_dates_mean_something_else() -> None:
    rows = {"a": ["CM, CDM", "CDM, CM"] * 30, "d": ["Jun 1, 2018"] * 55 + ["Jul 1, 2018"] * 5}
    assert not found(SimilarValues(), rows)
