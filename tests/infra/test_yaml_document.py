import pytest
from hypothesis import given
from hypothesis import strategies as st

from mll_core.catalog import MODELS, STEPS
from mll_core.domain.document import Document
from mll_core.domain.errors import InvalidDocument, InvalidParameter
from mll_core.infra import yaml_document

SHELVES = {"prepare.steps": STEPS, "train.models": MODELS}
FRESH = yaml_document.render(Document(name="Churn"))


def test_every_default_is_written_out() -> None:
    for line in (
        "budget_seconds: 120",
        "test_share: 0.2",
        "resamples: 1000",
        "needs_approval: true",
    ):
        assert line in FRESH


def test_it_comes_back_equal() -> None:
    assert yaml_document.parse(FRESH, SHELVES) == Document(name="Churn")


def test_comments_stay_when_a_value_changes() -> None:
    text = FRESH.replace("  test_share: 0.2", "  # agreed with Ana\n  test_share: 0.2  # a fifth")
    document = yaml_document.parse(text, SHELVES)
    plain = yaml_document.changed(document.to_json(), "split.test_share", 0.3)
    again = yaml_document.render(yaml_document.build(plain, SHELVES), text)
    assert "# agreed with Ana" in again
    assert "test_share: 0.3  # a fifth" in again


def test_an_unknown_key_is_refused_with_the_nearest_right_one() -> None:
    text = FRESH.replace("test_share:", "test_shares:")
    with pytest.raises(InvalidDocument, match=r"split\.test_shares.*Did you mean 'test_share'"):
        yaml_document.parse(text, SHELVES)


def test_all_faults_are_listed_at_once_with_their_paths() -> None:
    text = (
        "name: x\nbreif: {}\nsplit: {folds: many, test_share: 3}\n"
        "prepare: {steps: [{kind: trim_txt}, {kind: clip_outliers, column: a, lo: 1}]}\n"
    )
    with pytest.raises(InvalidDocument) as caught:
        yaml_document.parse(text, SHELVES)
    said = str(caught.value)
    for part in (
        "breif: this key is not known. Did you mean 'brief'?",
        "split.folds: ",
        "split.test_share: ",
        "prepare.steps.0: there is no 'trim_txt'. Did you mean 'trim_text'?",
        "prepare.steps.1.lo: this key is not known. Did you mean 'low'?",
    ):
        assert part in said


@pytest.mark.parametrize("text", ["[1, 2]", "", "just words", "a: [", "name: {"])
def test_what_is_no_document_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidDocument):
        yaml_document.parse(text, SHELVES)


def test_a_path_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidParameter, match=r"split\.fold: there is no 'fold'"):
        yaml_document.changed(Document(name="x").to_json(), "split.fold", 3)


awkward = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30)


@given(awkward, awkward, st.lists(awkward, max_size=3))
def test_any_text_survives_the_file(question: str, target: str, constraints: list[str]) -> None:
    brief = {"question": question, "target": target, "constraints": constraints}
    document = yaml_document.build({"name": "x", "brief": brief}, SHELVES)
    assert yaml_document.parse(yaml_document.render(document), SHELVES) == document
    assert yaml_document.parse(yaml_document.render(document, FRESH), SHELVES) == document
