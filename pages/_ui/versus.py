"""Two models of a training side by side: what sets them apart, and taking one of them."""

import math

import pandas as pd
import streamlit as st

from mll_core.catalog import METRICS, MODELS
from mll_core.domain import resampled
from mll_core.domain.training import Run, Training
from mll_core.workspace import Project
from pages._ui import guard, jobs, leaderboard, numbers
from pages._ui.words import escape


def draw(project: Project, training: Training) -> None:
    """Which two, their numbers, and what their difference on the same rows says."""
    runs = {run.run_id: run for run in training.leaderboard}
    if len(runs) < 2 or training.grouping or training.oddness:  # those are not judged by folds
        return
    best, rival = training.winner, _rival(training)
    st.subheader("Why did it win?")
    st.markdown("\n".join(f"- {escape(line)}" for line in why(training)), width=720)
    st.subheader("Compare two models")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one, other = (
            runs[_pick(label, key, list(runs), runs, start.run_id)]
            for label, key, start in (("One", "versus-one", best), ("Another", "versus-two", rival))
        )
    if one is other:
        st.caption("Choose two different models.")
        return
    currency = project.document.brief.values.currency
    told = pd.DataFrame([leaderboard.row(run, currency) for run in (one, other)])
    told = told.drop(columns=["Model", "Folds", "Behind the best"]).dropna(
        axis="columns", how="all"
    )
    table = told.map(_shown).T
    table.columns = _apart(one.label, other.label)
    st.dataframe(table, alt=f"{one.label} beside {other.label}")
    st.markdown(escape(difference(training, one, other)), width=720)
    with st.container(horizontal=True):
        for run in (one, other):
            _take(project, run)


def _rival(training: Training) -> Run:
    """What the recommended one is compared with first: the best of the others."""
    others = [run for run in training.leaderboard if not run.recommended]
    return next((run for run in others if _alone(run)), others[0])


def _alone(run: Run) -> bool:
    """Whether it can be trained by itself: no baseline, and not made of others."""
    return run.model in MODELS and not run.baseline


def _pick(label: str, key: str, ids: list[str], runs: dict[str, Run], start: str) -> str:
    chosen: str = st.selectbox(
        label, ids, index=ids.index(start), format_func=lambda i: runs[i].label, key=key
    )
    return chosen


def _apart(one: str, other: str) -> list[str]:
    return [one, f"{other} (the other)"] if one == other else [one, other]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else numbers.plain(value)
    return str(value)


def why(training: Training) -> tuple[str, ...]:
    """What sets the recommended one apart from the best mean, the best of the others and the best
    baseline."""
    best, base = training.leaderboard[0], training.best_baseline
    rivals = {run.run_id: run for run in (best, _rival(training), base) if run}
    rivals.pop(training.recommended, None)
    return tuple(difference(training, training.winner, rival) for rival in rivals.values())


def difference(training: Training, one: Run, other: Run) -> str:
    """A sentence: by how much, how sure that is, and what it means."""
    metric = METRICS[training.metric]
    found = resampled.difference(one, other, training.overlap)
    if math.isnan(found.low):
        return "On the same rows they cannot be compared part by part."
    ahead = found.value > 0 if metric.greater_is_better else found.value < 0
    first, second = (one, other) if ahead else (other, one)
    low, high = sorted((abs(found.low), abs(found.high)))
    by = numbers.metric(training.metric, abs(found.value))
    if found.low <= 0 <= found.high:
        return (
            f"On the same {found.n} parts of the rows {first.label} is ahead of {second.label} by "
            f"{by} of {metric.label}, which may be chance: alone they cannot be told apart."
        )
    span = f"{numbers.metric(training.metric, low)} to {numbers.metric(training.metric, high)}"
    return (
        f"On the same {found.n} parts of the rows {first.label} is better than {second.label} by "
        f"{by} of {metric.label} (95 %: {span})."
    )


def _take(project: Project, run: Run) -> None:
    st.button(
        f"Take {run.label}",
        key=f"take-{run.run_id}",
        icon=":material/check:",
        disabled=not _alone(run) or jobs.blocked(project),
        help="Trains it beside the baselines, these settings first, then others of it in the "
        "time there is. The models to try are set to it; History brings the others back."
        if _alone(run)
        else "It is made of other models or is a baseline, so it is not trained alone.",
        on_click=_taken,
        args=(project, run),
    )


def _taken(project: Project, run: Run) -> None:
    declared = MODELS[run.model].parameters()
    settings = {name: value for name, value in run.parameters.items() if name in declared}
    chosen = [{"kind": run.model} | settings]

    def take() -> None:
        project.edit("train.models", chosen, f"took {run.label}")
        project.submit("run", until="train")

    guard.attempt(take)
