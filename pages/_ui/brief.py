"""The brief beside its target: worth, success, people."""

import streamlit as st

from mll_core.catalog import METRICS
from mll_core.domain.data import Profile
from mll_core.domain.document import Brief, Criterion, SignOff, Stakeholder
from mll_core.domain.errors import MllError
from mll_core.domain.task import Task
from mll_core.infra.database import now
from mll_core.stages import business
from mll_core.workspace import Project
from pages._ui import entries, form, numbers


def success(project: Project, profile: Profile) -> None:
    """The success criteria, and whether they are sealed."""
    brief = project.document.brief
    st.markdown(
        "What must hold before anybody may use the model? Without a criterion of yours it must "
        "be better than the best baseline, by more than luck.",
        width=720,
    )
    named = [column.name for column in profile.columns if column.name not in brief.protected]
    groups = [*brief.protected, *named]
    options = {"metric": metrics(task_of(profile, brief)), "group": groups}
    entries.draw(project, "brief.criteria", Criterion, label="a criterion", options=options)
    _sealed(project, brief)


def task_of(profile: Profile, brief: Brief) -> Task | None:
    """The task, or None while the target cannot be learned (its tab says why)."""
    try:
        return business.guess_task(profile, brief)[0].task
    except MllError:
        return None


def nothing_asked(project: Project) -> bool:
    """Whether a target is needed and none is chosen."""
    brief = project.document.brief
    return brief.target is None and business.needs_target(brief)


def _sealed(project: Project, brief: Brief) -> None:
    report = project.report()
    if report is None:
        st.caption("The criteria are sealed when the final test is opened.")
    elif business.seal(brief.criteria) == report.gate.sealed_sha256:
        st.success(
            f"Sealed at {numbers.at(report.gate.sealed_at)}, before the test was opened.", icon="🔒"
        )
    else:
        st.warning("The criteria were changed after the test was opened; both are on record.")


def people(project: Project, profile: Profile) -> None:
    """Whom it concerns, what must not happen, and who agreed."""
    columns = [column.name for column in profile.columns]
    form.section(project, "brief", ["protected", "constraints"], options={"protected": columns})
    entries.draw(project, "brief.stakeholders", Stakeholder, label="a stakeholder")
    st.subheader("Sign-off")
    fixed = {"at": now()}
    entries.draw(project, "brief.sign_offs", SignOff, label="a sign-off", fixed=fixed)


def metrics(task: Task | None) -> list[str]:
    """The metrics that suit a task; all of them before there is one."""
    return [name for name, metric in METRICS.items() if task is None or task in metric.tasks]
