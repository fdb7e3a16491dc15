"""The scoring service as a page shows it: address, schema, a typical record, an answer."""

import os
from typing import TYPE_CHECKING, Any

import streamlit as st

from mll_core.domain.serving import ModelVersion, Prediction
from mll_core.workspace import Project
from pages._ui import numbers, people
from pages._ui.words import escape

if TYPE_CHECKING:
    from mll_core.infra.scorer import Scorer

PORT = "8600"


def address(deployment: str) -> str:
    """Where a deployment answers."""
    port = os.environ.get("MLL_API_PORT", PORT)
    return f"http://127.0.0.1:{port}/v1/{deployment}/predict"


def schema(project: Project) -> dict[str, Any]:
    """The JSON Schema of one record of the champion, with an example. Raises NotReady."""
    from mll_core.stages import deploy

    scorer = _champion(project)
    schema = deploy.json_schema(scorer.model, background=scorer.background)
    return people.described(project, schema)


def brings(project: Project, version: ModelVersion) -> None:
    """Say what a new row must bring beside the columns of the source, if anything."""
    from mll_core.brought import brought, said

    if told := said(brought(project, version)):
        st.info(escape(told), icon=":material/add_box:", width=720)


def ask(project: Project, record: dict[str, Any]) -> Prediction:
    """What the champion says of one raw record, and why. Raises UnfitRows, NotReady."""
    (answer,) = _champion(project).predict([record], explain=True)
    return answer


def rule(project: Project) -> str:
    """From which probability on the answer becomes the class that is sought; empty if it is not."""
    model = _champion(project).model
    if model.threshold is None or model.positive is None:
        return ""
    return f"It says {model.positive} from a probability of {numbers.share(model.threshold)} on."


def sure(project: Project, answer: Prediction) -> str:
    """How far the answer may be off, or whether another class stays possible; empty if unknown."""
    reach = _champion(project).model.reach
    if reach is None:
        return ""
    goal = numbers.share(reach.goal)
    if answer.interval:
        low, high = (numbers.plain(bound) for bound in answer.interval)
        return f"In {goal} of such cases the truth lies between {low} and {high}."
    if answer.abstain:
        return f"Not sure: to be right in {goal} of cases, more than one answer stays possible."
    return f"Sure: only this answer stays possible if {goal} of cases are to be right."


def _champion(project: Project) -> "Scorer":
    return _load(project.deployment.chosen().sha256, project)


@st.cache_resource(max_entries=8, show_spinner=False)
def _load(sha256: str, _project: Project) -> "Scorer":
    from mll_core.infra import scorer_loader

    return scorer_loader.load(_project.rooms.models(), _project.rooms.objects, sha256)
