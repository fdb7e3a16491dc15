"""Cases that somebody kept under a name, for everybody in the project."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sql

from mll_core.domain.errors import NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.whatif import Scenario
from mll_core.infra import events, vouched
from mll_core.infra.artefacts import SCENARIO, Artefact
from mll_core.infra.database import Database, now
from mll_core.infra.tables import ARTEFACTS


class Scenarios:
    """The scenarios of one project, newest first."""

    def __init__(self, database: Database, project: str, actor: Actor) -> None:
        self._database = database
        self._project = project
        self._actor = actor

    def keep(
        self, name: str, cases: Sequence[dict[str, Any]], rows: str | None, version: int
    ) -> Scenario:
        """Keep ``cases``; ``rows``: the data version one was taken from, so that it goes when
        somebody is erased from that; None: made up."""
        made = Scenario(
            id=uuid.uuid4().hex[:12],
            name=name,
            cases=tuple(cases),
            from_row=rows is not None,
            by=self._actor.name,
            at=now(),
        )
        kept = Artefact(
            project=self._project,
            stage=SCENARIO,
            fingerprint=made.id,
            inputs=made.id,
            document_version=version,
            data_version=rows,
            value=made.to_json(),
            at=made.at,
        )
        with self._database.write() as connection:
            vouched.insert(connection, ARTEFACTS, **kept.to_json())
            self._told(connection, "scenario.kept", made)
        return made

    def all(self) -> tuple[Scenario, ...]:
        """Every scenario."""
        mine = sql.select(ARTEFACTS.c.value).where(self._mine())
        rows = self._database.rows(mine.order_by(ARTEFACTS.c.id.desc()))
        return tuple(Scenario.model_validate(row["value"]) for row in rows)

    def one(self, id: str) -> Scenario:
        """The one with this ``id``. Raises NotFound."""
        every = {one.id: one for one in self.all()}
        if id not in every:
            raise NotFound.named("scenario", id, every)
        return every[id]

    def remove(self, id: str) -> None:
        """Delete one. Raises NotFound."""
        gone = self.one(id)
        with self._database.write() as connection:
            this = self._mine() & (ARTEFACTS.c.inputs == id)
            vouched.delete(connection, ARTEFACTS, this)
            self._told(connection, "scenario.removed", gone)

    def _told(self, connection: sql.Connection, kind: str, one: Scenario) -> None:
        about = {"scenario": one.id, "name": one.name}
        events.append(connection, kind, self._project, self._actor, **about)

    def _mine(self) -> sql.ColumnElement[bool]:
        return (ARTEFACTS.c.project == self._project) & (ARTEFACTS.c.stage == SCENARIO)
