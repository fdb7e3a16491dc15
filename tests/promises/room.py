"""Where the deeds are done."""

from dataclasses import dataclass

from mll_core.infra.jobs import Claim
from mll_core.infra.prediction_log import PredictionLog
from mll_core.project import Project
from mll_core.workspace import Workspace

SLUG = "customers"
PEOPLE = "people"
"""The project somebody is erased from."""


@dataclass
class Room:
    """A workspace with the project everything is done in."""

    workspace: Workspace
    project: Project
    log: PredictionLog | None = None
    claim: Claim | None = None

    @classmethod
    def at(cls, home: str) -> "Room":
        workspace = Workspace.open(home, actor="ana")
        return cls(workspace, workspace.project(SLUG))
