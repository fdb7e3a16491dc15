"""Stage 1, business: the question, what is predicted, what counts as success, who agreed."""

import streamlit as st

from mll_core.catalog import TASKS, task_asked
from mll_core.domain.data import Profile
from mll_core.domain.stage import Stage
from mll_core.domain.task_kind import TaskKind
from mll_core.stages import business
from mll_core.workspace import Project
from pages._ui import brief as brief_parts
from pages._ui import findings, form, glossary, guard, history, jobs, page, worth
from pages._ui.words import escape

QUICK = 30
NOTHING_CHOSEN = (
    "Choose the column the model shall predict; everything else is proposed. No column holds the "
    "answer? Choose clustering to find groups of rows that are alike, or anomaly to find rows that "
    "stand out."
)


def work(project: Project) -> None:
    """The brief, part by part; every change is saved as it is made."""
    profile, brief = project.results.profile(), project.document.brief
    if profile is None:
        jobs.panel(project)
        page.nothing_yet("The data has not been read yet.", "Read it first.", "collect", "Collect")
        return
    with st.container():  # findings come and go; the tabs stay where they are
        findings.draw(project, business.missing(brief, profile), key="brief", most=3)
    names = ["Target", "Question", "Worth", "Success", "People", "History"]
    target, question, money, success, people, past = st.tabs(
        names, key="business", bind="query-params"
    )
    with target:
        _target(project, profile)
    with question:
        form.section(project, "brief", ["question", "decision", "unit", "rule"])
    with money:
        worth.draw(project, profile)
    with success:
        brief_parts.success(project, profile)
    with people:
        brief_parts.people(project, profile)
    with past:
        history.draw(project)


def _target(project: Project, profile: Profile) -> None:
    columns = [column.name for column in profile.columns]
    brief = project.document.brief
    takes = (kind := task_asked(brief)) is None or kind.takes_target
    asked = ["target"] if takes else []
    offered = {"target": columns, "task": ["auto", *TASKS]}
    form.section(project, "brief", [*asked, "task", *(kind.needs if kind else ())], options=offered)
    brief = project.document.brief
    if brief.target is None and business.needs_target(brief):
        st.info(NOTHING_CHOSEN)
        return
    with guard.user_errors("Your choice is kept; another target may fit better."):
        kind, why = business.guess_task(profile, brief)
        metric, because = business.primary_metric(brief, kind, profile)
        _proposal(project, profile, kind, f"{why}\n\n{because}", metric)
        _first_model(project)


def _proposal(project: Project, profile: Profile, kind: TaskKind, why: str, metric: str) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, gap="small"):
            st.badge(kind.name(), icon=":material/category:", help=kind.meaning)
            st.badge(
                f"judged by {glossary.label(metric)}",
                icon=":material/straighten:",
                help=glossary.meaning(metric),
            )
        st.markdown(escape(why).replace("\\\n", "\n"), width=720)
    with st.expander("Change what is proposed"):
        brief = project.document.brief
        column = profile.column(str(brief.target))
        levels = [top.value for top in column.top] if column else []
        asked = [name for name in kind.settings if name not in kind.needs]
        names = [*asked, "primary_metric"]
        options = {"positive": levels, "primary_metric": ["auto", *brief_parts.metrics(kind.task)]}
        form.section(project, "brief", names, options=options)


def _first_model(project: Project) -> None:
    jobs.panel(project, "run")
    if project.results.training() is None and not jobs.live(project, "run"):
        st.button(
            "Train a first model",
            type="primary",
            icon=":material/play_arrow:",
            key="first-model",
            help=f"Tries several models for about {QUICK} seconds; the sealed test stays shut.",
            on_click=guard.attempt,
            args=(_train_quickly, project),
        )


def _train_quickly(project: Project) -> None:
    if project.document.train.budget_seconds > QUICK:
        project.edit("train.budget_seconds", QUICK, "a first model, quickly")
    project.submit("run", until="train")


page.stage(Stage.BUSINESS, work)
