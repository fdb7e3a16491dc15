"""What the machine found out: immutable values that name the versions they came from."""

from typing import Any

import sqlalchemy as sql

from mll_core.domain.identity import Actor
from mll_core.domain.value import Value
from mll_core.infra import events, vouched
from mll_core.infra.database import Database, now
from mll_core.infra.tables import ARTEFACTS

PREPARED = "prepared"
"""Under which name, beside the stages, whole prepared tables are kept."""
SEALED, LOOKED = "sealed", "looked"
"""Results of no stage: rows of a newer version that equal sealed ones; the profile of the rest."""
LEAKS, STEPS, NULL, FEATURES = "leaks", "steps", "null", "features"
MITIGATE = "mitigate"
"""What columns, steps and mitigations are worth: measured on development rows when asked for."""


SCENARIO = "scenario"
"""Cases that somebody kept under a name."""
EVIDENCE = "evidence"
"""What somebody looked at more closely of an evaluated candidate, view by view."""
ROOM = "room"
"""What people guessed of real cases before they saw the answer."""


class Artefact(Value):
    """One stage's result. ``fingerprint`` covers everything upstream, ``inputs`` what it read."""

    project: str
    stage: str
    fingerprint: str
    inputs: str
    document_version: int
    data_version: str | None = None
    value: dict[str, Any]
    seconds: float = 0.0
    at: str = ""


class Artefacts:
    """The results of one project's stages, newest wins."""

    def __init__(self, database: Database, project: str, actor: Actor) -> None:
        self._database = database
        self._project = project
        self._actor = actor

    def newest(self, stage: str) -> Artefact | None:
        """The newest result of a stage, or None."""
        return self._first(self._mine(stage))

    def same_inputs(self, stage: str, inputs: str) -> Artefact | None:
        """The newest result that was made from the very same inputs, or None."""
        return self._first(self._mine(stage).where(ARTEFACTS.c.inputs == inputs))

    def all(self, stage: str) -> tuple[Artefact, ...]:
        """Every result of a stage, newest first."""
        return tuple(_artefact(row) for row in self._database.rows(self._mine(stage)))

    def add(self, artefact: Artefact, kind: str, **detail: Any) -> Artefact:
        """Keep a result, with the event that tells of it."""
        kept = artefact.model_copy(update={"at": now()})
        with self._database.write() as connection:
            vouched.insert(connection, ARTEFACTS, **kept.to_json())
            events.append(connection, kind, self._project, self._actor, **detail)
        return kept

    def _mine(self, stage: str) -> sql.Select[Any]:
        mine = (ARTEFACTS.c.project == self._project) & (ARTEFACTS.c.stage == str(stage))
        return sql.select(ARTEFACTS).where(mine).order_by(ARTEFACTS.c.id.desc())

    def _first(self, query: sql.Select[Any]) -> Artefact | None:
        rows = self._database.rows(query.limit(1))
        return _artefact(rows[0]) if rows else None


def _artefact(row: dict[str, Any]) -> Artefact:
    return Artefact.model_validate({name: row[name] for name in Artefact.model_fields})
