"""What a model's probabilities and ranges are worth, as measured on held-out rows."""

import streamlit as st

from mll_core.domain.training import Training
from pages._ui import glossary, numbers
from pages._ui.words import escape


def draw(training: Training) -> None:
    """A line each, where the task has them."""
    if told := training.calibrated:
        said = f"**Probabilities.** {escape(told.reason)}"
        st.caption(said, help=glossary.meaning("calibration"))
    if covered := training.covered:
        wide = f"on average {numbers.plain(covered.width)} wide"
        if covered.unsure is not None:
            often = numbers.share(covered.unsure)
            wide = f"more than one answer stays possible in {often} of cases"
        said = (
            f"**How sure.** Asked to hold the truth in {numbers.share(covered.goal)} of cases, it "
            f"held it in {numbers.share(covered.share.value)} of {numbers.count(covered.share.n)} "
            f"held-out ones; {wide}."
        )
        st.caption(said, help=glossary.meaning("coverage"))
