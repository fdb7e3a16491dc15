"""Sentences a stakeholder may repeat; struck through when what they stand on has changed."""

from collections.abc import Sequence

import streamlit as st

from mll_core.domain.report import Claim, Standing
from pages._ui.words import escape


def draw(claim: Claim, now: Standing) -> None:
    """One claim in bold, on a card of its own."""
    against = now.against(claim)
    said = escape(claim.sentence)
    st.markdown(f"~~{said}~~" if against else f"**{said}**")
    if against:
        st.caption(f":material/history: No longer stands: {escape(' '.join(against))}")


def listed(claims: Sequence[Claim], now: Standing) -> None:
    """All claims, one under the other, and once why some are struck through."""
    gone = {claim.sentence: now.against(claim) for claim in claims}
    lines = (
        f"- ~~{escape(sentence)}~~" if against else f"- {escape(sentence)}"
        for sentence, against in gone.items()
    )
    st.markdown("\n".join(lines), width=720)
    if reasons := dict.fromkeys(reason for against in gone.values() for reason in against):
        st.caption(f"Struck through no longer stands: {escape(' '.join(reasons))}", width=720)
