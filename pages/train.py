"""Stage 4, train: a budget, a live leaderboard, a recommendation with its reason."""

import streamlit as st

from mll_core.domain.stage import Stage
from mll_core.domain.training import Training
from mll_core.workspace import Project
from pages._ui import brief as brief_parts
from pages._ui import (
    discovered,
    glossary,
    inside,
    jobs,
    leaderboard,
    numbers,
    outlook,
    page,
    people,
    search,
    training_order,
    trust,
    versus,
)
from pages._ui.words import escape


def work(project: Project) -> None:
    """The order, the live search, the result."""
    if brief_parts.nothing_asked(project):
        page.nothing_yet("Nothing to predict yet.", "Choose a target.", "business", "The question")
        return
    training = project.results.training()
    order, start = st.columns([3, 1], gap="large", vertical_alignment="bottom")
    with order:
        training_order.draw(project)
    with start:
        _start(project, training)
    jobs.panel(project, "run", "retrain")
    if training:
        _result(project, training, project.document.brief.values.currency)


def _start(project: Project, training: Training | None) -> None:
    begun = search.left(jobs.newest(project, "run", "retrain"))
    go_on = bool(begun) or (training is not None and training.stopped)
    st.button(
        "Go on" if go_on else "Train" if training is None else "Train again",
        type="primary" if training is None else "secondary",
        icon=":material/play_arrow:",
        key="train",
        width="stretch",
        disabled=jobs.blocked(project),
        help="Runs in the background; the sealed test stays shut.",
        on_click=jobs.submit,
        args=(project, "run"),
        kwargs={"until": "train"},
    )


def _reason(training: Training) -> str:
    """Why it is recommended, unless the groups below say the same."""
    return "" if training.grouping else training.reason


def _result(project: Project, training: Training, currency: str) -> None:
    winner, baseline = training.winner, training.best_baseline
    st.header("The leaderboard")
    st.markdown(
        f":material/star: **Recommended: {escape(winner.label)}.** "
        f"{escape(f'{_reason(training)} {training.metric_reason}')}",
        width=720,
    )
    cards = st.grid("auto", min_column_width=220, border=True)
    name = glossary.measured(training.metric, currency)
    cards.metric(
        name,
        numbers.metric(training.metric, winner.score.value),
        help=glossary.explain(training.metric, "interval", "validation"),
    )
    if baseline:
        score = numbers.metric(training.metric, baseline.score.value)
        cards.metric(
            "The best baseline", score, help=f"{baseline.label}. {glossary.meaning('baseline')}"
        )
    if not (training.grouping or training.oddness):
        gap = numbers.metric(training.metric, winner.train_score)
        cards.metric("On the rows it learned from", gap, help=glossary.meaning("gap"))
    if training.stopped:
        st.warning("The search was stopped; what was finished is compared. Go on tries the rest.")
    if training.grouping:
        discovered.grouping(training.grouping, key="grouping")
    if training.oddness:
        discovered.oddness(training.oddness.without(people.hidden(project)), key="oddness")
    trust.draw(training)
    leaderboard.draw(training.leaderboard, training.metric, name, key="leaderboard")
    leaderboard.table(training, currency)
    versus.draw(project, training)
    outlook.draw(training, name)
    if training.inside:
        st.header("Inside the recommended model")
        inside.draw(training.inside, key="inside")
    if training.skipped:
        with st.expander(f"Not tried or not finished: {len(training.skipped)}"):
            for skipped in training.skipped:
                st.markdown(f"**{escape(skipped.model)}**: {escape(skipped.reason)}")


page.stage(Stage.TRAIN, work)
