"""What a project does by itself: a plain list, and a small form to add to it."""

from pathlib import Path

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.schedule import WEEKDAYS, Schedule
from mll_core.watching import REQUESTS
from mll_core.workspace import Project
from pages._ui import account, guard, jobs, numbers, uploads
from pages._ui.words import escape

OFTEN = ("Every day", "Every week", "Every month", "Every few hours")


def section(project: Project, current: str) -> None:
    """Look again by itself: what, how often, when next; and one more, of ``current``."""
    st.header("Look again by itself")
    st.markdown(
        "The rows are read anew each time and compared as above; alerts come by themselves. A "
        "time that was missed while the machine was off is made up for once.",
        width=720,
    )
    found = project.schedules.all()
    for schedule in found:
        _row(project, schedule)
    if not found:
        st.caption("Nothing is done by itself yet.")
    with st.expander("Add a time to look"):
        _form(project, current)


def listed(project: Project) -> None:
    """The list alone, with its buttons."""
    for schedule in project.schedules.all():
        _row(project, schedule)


def _row(project: Project, schedule: Schedule) -> None:
    may = account.may(Permission.RUN)
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute"):
        st.markdown(f"**{escape(_what(schedule))}**, {escape(schedule.rule.sentence())}")
        st.caption(_when(schedule))
        with st.container(horizontal=True, width="content"):
            word, icon = ("Pause", "pause") if schedule.enabled else ("Resume", "play_arrow")
            change = project.schedules.pause if schedule.enabled else project.schedules.resume
            st.button(
                word,
                key=f"switch-{schedule.id}",
                icon=f":material/{icon}:",
                disabled=not may,
                on_click=guard.attempt,
                args=(change, schedule.id),
            )
            st.button(
                "Remove",
                key=f"remove-{schedule.id}",
                icon=":material/delete:",
                disabled=not may,
                help="What it did so far stays.",
                on_click=guard.attempt,
                args=(project.schedules.remove, schedule.id),
            )


def _form(project: Project, current: str) -> None:
    left, middle, right = st.columns(3)
    often = left.selectbox("How often", OFTEN, key="schedule-often")
    rule = ""
    if often == "Every few hours":
        rule = (
            f"every {middle.number_input('Hours between', 1, 168, 6, key='schedule-hours')} hours"
        )
    elif often == "Every week":
        rule = f"every {middle.selectbox('On', WEEKDAYS, key='schedule-weekday')}"
    elif often == "Every month":
        rule = f"{middle.number_input('On day', 1, 31, 1, key='schedule-day')} of every month"
    else:
        rule = "every day"
    if often != "Every few hours":
        place = middle if often == "Every day" else right
        at = place.time_input("At", "06:00", step=900, key="schedule-at")
        rule = f"{rule} at {at:%H:%M}"
    zone = st.context.timezone or ""
    source = st.text_input(
        "Which rows",
        value=current,
        key="schedule-source",
        placeholder="/data/weekly/*.csv",
        help="A path, a path with * for the newest files, or an address: read anew each time.",
    ).strip()
    st.button(
        "Look by itself",
        key="schedule-add",
        icon=":material/event_repeat:",
        disabled=not source or not account.may(Permission.RUN),
        on_click=guard.attempt,
        args=(_add, project, rule, zone, source),
    )
    st.caption(f"By the clocks of {escape(zone or 'this machine')}.")


def _add(project: Project, rule: str, zone: str, source: str) -> None:
    project.schedules.add("monitor", rule, zone, current=source)


def _what(schedule: Schedule) -> str:
    name = jobs.NAMES.get(schedule.kind, schedule.kind)
    current = str(schedule.parameters.get("current", ""))
    rows = uploads.name_of(current) if current == REQUESTS else "/".join(Path(current).parts[-2:])
    return f"{name}: {rows}" if current else name


def _when(schedule: Schedule) -> str:
    if not schedule.enabled:
        return "Paused."
    last = f"; last {numbers.at(schedule.last_run)}" if schedule.last_run else ""
    return f"Next {numbers.at(schedule.next_due)}{last}. Times of {schedule.rule.zone}."
