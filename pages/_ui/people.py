"""People in the data: who was erased and what follows, and the form to erase somebody."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from mll_core.domain.data import Profile
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.identity import Permission
from mll_core.domain.subject import Condition, Erased, Found, Subject
from mll_core.infra.personal import masked
from mll_core.stages.prepare import Preview
from mll_core.workspace import Project
from pages._ui import account, guard, numbers
from pages._ui.words import escape

WORD = "ERASE"
WHAT = (
    "Takes everything this project holds of one person out of it: their rows in every data "
    "version, uploaded files, logged requests, results, reports and logs. What models learned "
    "from them by name is taken out too; they go on answering, and are due for retraining. "
    "It cannot be undone."
)


def due(project: Project) -> None:
    """Say when the version that answers learned from somebody who is gone."""
    champion = project.champion()
    if champion is not None and champion.erased:
        st.warning(
            f"Version {champion.number} learned from somebody who was erased since: "
            "train again, so that nothing of them is left in what it learned.",
            icon=":material/person_off:",
        )
    for version in project.deployment.versions():
        if version.withdrawn:
            st.error(
                f"Version {version.number} was withdrawn: it could not be kept without somebody "
                "who was erased. Train again, or let another version answer.",
                icon=":material/person_off:",
            )


def kept(project: Project) -> None:
    """How long requests are kept."""
    section = project.document.deploy
    days = section.retention_days
    said = f"Requests are kept {days} day{'s' * (days != 1)}, then deleted day by day."
    st.caption(said if section.log_requests else "Requests are not kept.")


def hidden(project: Project) -> tuple[str, ...]:
    """Personal columns, for who may only look; none for who works with the data."""
    return () if account.holds(Permission.EDIT) else project.document.data.personal


def shown(project: Project, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as who is here may see them."""
    return masked(rows, hidden(project))


def described(project: Project, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a record as who is here may see it: no values of personal columns."""
    names, properties = hidden(project), dict(schema["properties"])
    for name in set(names) & set(properties):
        about = properties[name].items()
        properties[name] = {k: v for k, v in about if k not in ("enum", "examples")}
    example = {k: None if k in names else v for k, v in schema["example"].items()}
    examples = {"examples": [example]} if "examples" in schema else {}
    return {**schema, "properties": properties, "example": example, **examples}


def previewed(project: Project, seen: Preview) -> Preview:
    """A preview as who is here may see it.

    With the personal columns go those that the recipe made, for they may be made of them, and the
    SQL, which names values.
    """
    names = hidden(project)
    data = project.results.data()
    if not names or data is None:
        return seen
    made = {*seen.before.columns, *seen.after.columns} - set(data.names)
    gone = {*names, *map(str, made)}
    return replace(
        seen,
        before=masked(seen.before, gone),
        after=masked(seen.after, gone),
        dropped=masked(seen.dropped, gone),
        shapes=tuple(shape for shape in seen.shapes if shape.column not in gone),
        lost={name: values for name, values in seen.lost.items() if name not in gone},
        made=None,
    )


def told(project: Project, profile: Profile) -> Profile:
    """A profile as who is here may see it: of personal columns only the counts."""
    gone = {"top": (), "min": None, "max": None, "histogram": (), "quantiles": None}
    names = hidden(project)
    columns = (c.model_copy(update=gone) if c.name in names else c for c in profile.columns)
    return profile.model_copy(update={"columns": tuple(columns)})


def erase(project: Project) -> None:
    """The form, for who may; and what was erased so far, without a name."""
    st.header("Erase a person")
    st.markdown(WHAT, width=720)
    data = project.results.data()
    if not account.may(Permission.ADMINISTER) or data is None:
        st.caption(account.refused(Permission.ADMINISTER) or "There is no data yet.")
        _tombstones(project.erasure.all())
        return
    with st.form("erase", clear_on_submit=False):
        left, right = st.columns(2)
        column = left.selectbox("Column that names the person", data.names, key="erase-column")
        value = right.text_input("Value, as it stands in the data", key="erase-value")
        reason = st.text_input("Why (not who)", key="erase-reason")
        sure = st.text_input(f"To erase, type {WORD}", key="erase-sure")
        look = st.form_submit_button("See what would be erased", icon=":material/search:")
        act = st.form_submit_button("Erase for good", icon=":material/delete_forever:")
    with guard.user_errors():
        if look or act:
            subject = Subject.where([Condition(column=column, value=value)])
            if act:
                _erase(project, subject, reason, sure)
            else:
                with st.spinner("Looking everywhere"):
                    _found(project.erasure.look(subject))
    _tombstones(project.erasure.all())


def _erase(project: Project, subject: Subject, reason: str, sure: str) -> None:
    if sure.strip() != WORD:
        raise InvalidParameter("It was not confirmed.", hint=f"Type {WORD} in the last field.")
    with st.spinner("Erasing"):
        done = project.erasure.erase(subject, reason)
    due = " Train again." if done.trainings else ""
    st.success(f"Erased: {_counts(done)}.{due}", icon=":material/person_off:")
    _elsewhere(done.elsewhere)


def _found(found: Found) -> None:
    if not (found.versions or found.files or found.requests):
        st.warning(
            "Nobody was found: no row, file or request has this value. Check the column and the "
            "spelling, capitals included."
        )
        return
    st.info(
        f"{numbers.some(found.rows, 'row')} of the newest data, in "
        f"{numbers.some(found.versions, 'data version')}; "
        f"{numbers.some(found.files, 'uploaded file')}; "
        f"{numbers.some(found.requests, 'logged request')}; {_learned(found)} learned from them."
    )
    _elsewhere(found.elsewhere)


def _elsewhere(sentences: tuple[str, ...]) -> None:
    st.markdown("**Not reached from here**\n" + "\n".join(f"- {escape(s)}" for s in sentences))


def _tombstones(erased: tuple[Erased, ...]) -> None:
    for one in erased[:20]:
        state = _counts(one) if one.finished else "not finished: it goes on at the next start"
        why = f" {escape(one.reason)}" if one.reason else ""
        st.caption(f"{numbers.at(one.at)}, {escape(one.by)}: {state}.{why}")


def _counts(one: Erased) -> str:
    return (
        f"{numbers.some(one.rows, 'row')} in {numbers.some(one.versions, 'data version')}, "
        f"{numbers.some(one.files, 'file')}, {numbers.some(one.requests, 'request')}; "
        f"{_learned(one)} learned from them"
    )


def _learned(counted: Found | Erased) -> str:
    """How many trainings, and which versions came of them."""
    if not counted.trainings and not counted.models:
        return "no training"
    versions = ", ".join(str(number) for number in counted.models)
    of_them = f" (version{'s' * (len(counted.models) > 1)} {versions})" if versions else ""
    return f"{numbers.some(counted.trainings, 'training')}{of_them}"
