"""What each step is worth, said under it in the list; and the button that measures it."""

import streamlit as st

from mll_core.domain.step import Step
from mll_core.domain.worth import Effect, Ledger, StepWorth
from mll_core.workspace import Project
from pages._ui import jobs, numbers
from pages._ui.words import escape

SIGNS: dict[Effect, tuple[str, str]] = {
    "helps": ("green", ":material/trending_up:"),
    "hurts": ("red", ":material/trending_down:"),
    "not shown": ("gray", ":material/drag_handle:"),
    "no difference": ("gray", ":material/drag_handle:"),
    "not measured": ("gray", ":material/remove:"),
}
WORDS: dict[Effect, str] = {
    "helps": "helps",
    "hurts": "hurts",
    "not shown": "not shown to help",
    "no difference": "no difference",
    "not measured": "not measured",
}


def found(project: Project) -> Ledger | None:
    """The ledger of the recipe as it is; None when it was made of another one."""
    newest = project.worth.ledger()
    return newest.value if newest and newest.fresh else None


def line(ledger: Ledger | None, number: int, step: Step) -> None:
    """What one step changes, and what the score loses without it; nothing before it is known."""
    known = {one.number: one for one in ledger.steps} if ledger else {}
    worth = known.get(number + 1)
    if worth is None or not step.enabled or ledger is None:
        return
    colour, icon = SIGNS[worth.effect]
    st.caption(f":{colour}-badge[{icon} {WORDS[worth.effect]}] {escape(said(worth, ledger))}")


def said(worth: StepWorth, ledger: Ledger) -> str:
    """The change in the score, or why there is none, and what the step changes."""
    if worth.change is None:
        why = worth.reason.removeprefix(f"{WORDS['not measured']}, ").rstrip(".")
        return f"{why[:1].upper()}{why[1:]}. {_counted(worth)}"
    number = worth.change.sentence().partition(",")[0]
    on = f", {worth.judged}" if worth.judged else ""
    return f"{ledger.metric_label} {number}{on}. {_counted(worth)}"


def _counted(worth: StepWorth) -> str:
    """Such as: Drops 54 rows, changes 367 cells, of 9,600 rows."""
    does = [f"drops {numbers.some(worth.dropped, 'row')}"] if worth.dropped else []
    does += [f"changes {numbers.some(worth.changed_cells, 'cell')}"] if worth.changed_cells else []
    did = " and ".join(does) or "changes nothing"
    base = numbers.some(worth.looked_at, "row")
    if worth.looked_at < worth.total:
        base += f" (a fixed sample of {numbers.count(worth.total)})"
    return f"{did[0].upper()}{did[1:]}, of {base}."


def seek(project: Project) -> None:
    """The button that looks for columns worth making, and what it came to."""
    newest = project.worth.features()
    st.button(
        "Look for columns worth making" if newest is None else "Look for new columns again",
        key="features-seek",
        icon=":material/lightbulb:",
        disabled=jobs.blocked(project) or project.document.brief.target is None,
        help="Tries ratios, differences, products, times between dates and more, and proposes "
        "only what is shown to help.",
        on_click=jobs.submit,
        args=(project, "features"),
    )
    if newest:
        end = "" if newest.value.finished else " It was stopped before the end."
        st.caption(f"{escape(newest.value.sentence())}{end}")


def draw(project: Project) -> None:
    """The button, and how the numbers are to be read."""
    if not any(step.enabled for step in project.recipe.steps):
        return
    newest = project.worth.ledger()
    label = "Measure what each step is worth"
    st.button(
        label if newest is None else "Measure again",
        key="steps-weigh",
        icon=":material/balance:",
        disabled=jobs.blocked(project) or project.document.brief.target is None,
        help="Trains a quick model on the same folds with and without each step.",
        on_click=jobs.submit,
        args=(project, "steps"),
    )
    if newest is None:
        st.caption(
            "Shows per step how many cells it changes and what the score gains by it, such as "
            "“+0.004 ± 0.006, not shown to help”. Takes under a minute for 10,000 rows, and two "
            "minutes at most."
        )
        return
    if not newest.fresh:
        st.caption("The recipe or the data changed since the steps were measured.")
        return
    ledger = newest.value
    st.caption(
        f"Plus: the score is better with the step. Measured with a quick model "
        f"({ledger.model.lower()}) on the same folds; ± is half of the 95 % interval."
        + ("" if ledger.finished else " It was stopped before the end.")
    )
