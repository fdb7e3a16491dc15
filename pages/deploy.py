"""Stage 6, deploy: approve, promote, an address to ask, and a form to try it."""

import json

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.serving import ModelVersion
from mll_core.domain.stage import Stage
from mll_core.workspace import Project
from pages._ui import account, challenger, glossary, guard, numbers, page, service, tryit, versions
from pages._ui.words import escape


def work(project: Project) -> None:
    """The candidate, the champion, the try-it form, all versions."""
    candidate, champion = project.deployment.candidate(), project.deployment.champion()
    if candidate is None and champion is None:
        page.nothing_yet(
            "There is no candidate yet.", "Open the sealed test first.", "evaluate", "Judge it"
        )
        return
    if candidate is not None:
        _candidate(project, candidate)
    if champion is not None:
        _champion(project, champion)
        st.header("Try it")
        with guard.user_errors():
            tryit.draw(project)
    versions.draw(project)


def _candidate(project: Project, candidate: ModelVersion) -> None:
    with st.container(border=True):
        st.subheader(f"Candidate: version {candidate.number}, {candidate.model}")
        with st.container(horizontal=True, gap="small"):
            passed = candidate.gate_passed
            st.badge(
                "gate met" if passed else "gate not met",
                icon=":material/verified:" if passed else ":material/gpp_bad:",
                color="green" if passed else "red",
            )
            for name, value in list(candidate.metrics.items())[:3]:
                st.badge(f"{glossary.label(name)} {numbers.metric(name, value)}", color="gray")
        service.brings(project, candidate)
        compared = challenger.of(project, candidate.number)
        if compared:
            challenger.show(project, compared)
        needs = project.document.deploy.needs_approval
        beaten = compared is not None and compared.verdict == "champion"
        if beaten:
            st.warning("The version that answers now did better: keep it, or say why not.")
        if needs and not candidate.approvals:
            _approve(project, candidate, beaten=beaten)
        else:
            for one in candidate.approvals:
                said = f"Approved by {one.by} ({one.role}), {numbers.at(one.at)}. {one.note}"
                st.markdown(f":material/verified_user: {escape(said)}")
            st.button(
                "Let it answer",
                type="secondary" if beaten else "primary",
                icon=":material/rocket_launch:",
                key="promote",
                help=account.refused(Permission.APPROVE)
                or "From now on this version answers at the address; you can go back.",
                disabled=not account.may(Permission.APPROVE),
                on_click=guard.attempt,
                args=(project.deployment.promote, candidate.number),
            )


def _approve(project: Project, candidate: ModelVersion, *, beaten: bool) -> None:
    overruled = not candidate.gate_passed
    with st.form("approve", border=False):
        who, what = st.columns(2)
        by = who.text_input("Your name", key="approve-by", value=project.rooms.actor.name)
        role = what.text_input("Your role", key="approve-role", placeholder="Head of service")
        note = st.text_input(
            "Why it may be used although the gate is not met" if overruled else "Note",
            key="approve-note",
        )
        kind = "secondary" if beaten else "primary"
        approve = st.form_submit_button(
            "Approve",
            type=kind,
            icon=":material/verified_user:",
            help=account.refused(Permission.APPROVE),
            disabled=not account.may(Permission.APPROVE),
        )
        if approve:
            with guard.user_errors():
                project.deployment.approve(by, role, note)
                st.rerun()


def _champion(project: Project, champion: ModelVersion) -> None:
    url = service.address(project.deployment.name)
    with st.container(border=True):
        st.subheader(f"Champion: version {champion.number}, {champion.model}")
        st.markdown(f"It answers at `{url}`")
        service.brings(project, champion)
        call, schema = st.tabs(["Ask it from a program", "What it wants to know"])
        with guard.user_errors():
            described = service.schema(project)
            body = json.dumps({"records": [described["example"]]}, ensure_ascii=False)
            call.code(
                f"curl -X POST {url} \\\n  -H 'Content-Type: application/json' \\\n"
                f"  -d '{body.replace(chr(39), chr(39) + chr(92) + chr(39) * 2)}'",
                language="bash",
                wrap_lines=True,
            )
            schema.json(described, expanded=1)


page.stage(Stage.DEPLOY, work)
