import logging

import pytest
from page_cases import ROOT, cards
from streamlit.testing.v1 import AppTest

from mll_core.workspace import Workspace


def broken() -> None:
    import streamlit as st

    from mll_core.domain.errors import NotReady
    from pages._ui import guard

    with guard.user_errors("Your file is kept."):
        raise NotReady("No **model** yet.", hint="Train <b>one</b>.")
    with guard.user_errors():
        raise ZeroDivisionError("secret detail")
    st.markdown("the rest of the page")


def test_an_error_is_a_card_with_its_id_and_the_rest_of_the_page_is_drawn(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, "mll.pages"):
        page = AppTest.from_function(broken).run()
    ours, bug = cards(page)
    assert "No **model** yet." in ours
    assert "Your file is kept." in ours
    assert "not your mistake" in bug
    assert "secret detail" not in bug
    ids = [caption.value.split()[1].rstrip(";") for caption in page.caption]
    assert [record.message for record in caplog.records] == [f"error {one}" for one in ids]
    assert "ZeroDivisionError" in caplog.text
    assert page.markdown[0].value == "the rest of the page"


def test_what_a_user_typed_is_never_markup_in_a_card() -> None:
    page = AppTest.from_function(broken).run()
    assert "\\*\\*model\\*\\*" in page.error[0].value
    assert "\\<b\\>" in page.error[0].value


def test_a_page_also_runs_alone(finished: Workspace) -> None:
    page = AppTest.from_file(ROOT / "pages" / "train.py", default_timeout=60)
    page.query_params["project"] = "customers"
    assert not cards(page.run())
    assert page.title[0].value == "Train models"
