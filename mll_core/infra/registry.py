"""Model versions, their approvals, and the alias that says which one answers."""

from typing import Any

import sqlalchemy as sql

from mll_core.domain.document import SignOff
from mll_core.domain.errors import NotFound, NotReady
from mll_core.domain.identity import Actor
from mll_core.domain.serving import ModelVersion
from mll_core.infra import events, vouched
from mll_core.infra.database import Database, now
from mll_core.infra.tables import ALIASES, APPROVALS, MODELS

CHAMPION = "champion"


class Registry:
    """The model versions of one project; every change is one transaction with its event."""

    def __init__(self, database: Database, project: str, actor: Actor) -> None:
        self._database = database
        self._project = project
        self._actor = actor

    def versions(self) -> tuple[ModelVersion, ...]:
        """All model versions, newest first."""
        mine = MODELS.c.project == self._project
        rows = self._database.rows(
            sql.select(MODELS.c.value).where(mine).order_by(MODELS.c.number.desc())
        )
        approvals = self._approvals()
        champion = next(reversed(self._champions()), None)
        return tuple(_with(ModelVersion(**row["value"]), approvals, champion) for row in rows)

    def version(self, number: int) -> ModelVersion:
        """One model version. Raises NotFound."""
        found = {version.number: version for version in self.versions()}
        if number not in found:
            raise NotFound.named("model version", str(number), map(str, found))
        return found[number]

    def candidate(self) -> ModelVersion | None:
        """The newest model version, unless it already is the champion."""
        newest = next(iter(self.versions()), None)
        return None if newest is None or CHAMPION in newest.aliases else newest

    def champion(self) -> ModelVersion | None:
        """The version that answers, or None."""
        return next((v for v in self.versions() if CHAMPION in v.aliases), None)

    def register(self, version: ModelVersion) -> ModelVersion:
        """Add a version with the next number; the same run is registered once."""
        known = next((v for v in self.versions() if v.run_id == version.run_id), None)
        with self._database.write() as connection:
            number = known.number if known else 1 + (self._last(connection) or 0)
            new = version.model_copy(update={"number": number, "created": now()})
            mine = (MODELS.c.project == self._project) & (MODELS.c.number == number)
            vouched.delete(connection, MODELS, mine)
            own = {"project": self._project, "number": number}
            vouched.insert(connection, MODELS, **own, value=new.to_json())
            self._log(connection, "model.registered", version=number, run_id=new.run_id)
        return new

    def approve(self, number: int, sign_off: SignOff) -> ModelVersion:
        """Record that somebody approves a version. Raises NotFound."""
        self.version(number)
        with self._database.write() as connection:
            own = {"project": self._project, "number": number}
            vouched.insert(connection, APPROVALS, **own, value=sign_off.to_json())
            self._log(connection, "model.approved", version=number, by=sign_off.by)
        return self.version(number)

    def promote(self, number: int, *, needs_approval: bool) -> ModelVersion:
        """Let a version answer. Raises NotFound, NotReady without the approval it needs."""
        version = self.version(number)
        if needs_approval and not version.approvals:
            hint = "Approve it first: on the Deploy page, or with mll approve."
            raise NotReady(f"Version {number} is not approved.", hint=hint)
        self._point(number, "model.promoted")
        return self.version(number)

    @property
    def can_roll_back(self) -> bool:
        """Whether there was a champion before this one."""
        return len(self._champions()) > 1

    def rollback(self) -> ModelVersion:
        """Let the champion before this one answer again. Raises NotReady when there is none."""
        *earlier, current = self._champions() or [0]
        if not current:
            raise NotReady("No model has been promoted yet.", hint="Promote one first.")
        if not earlier:
            hint = "A second version must have been promoted before."
            raise NotReady(f"Version {current} is the only champion there was.", hint=hint)
        self._point(earlier[-1], "model.rolled_back")
        return self.version(earlier[-1])

    def _point(self, number: int, kind: str) -> None:
        with self._database.write() as connection:
            own = {"project": self._project, "number": number}
            vouched.insert(connection, ALIASES, **own, alias=CHAMPION, at=now())
            self._log(connection, kind, version=number)

    def _champions(self) -> list[int]:
        """The champions one can go back through, the present one last."""
        mine = (ALIASES.c.project == self._project) & (ALIASES.c.alias == CHAMPION)
        query = sql.select(ALIASES.c.number).where(mine).order_by(ALIASES.c.id)
        stack: list[int] = []
        for row in self._database.rows(query):
            number = int(row["number"])
            if number in stack:  # back to it: what came after is undone
                del stack[stack.index(number) :]
            stack.append(number)
        return stack

    def _approvals(self) -> dict[int, list[SignOff]]:
        query = sql.select(APPROVALS).where(APPROVALS.c.project == self._project)
        found: dict[int, list[SignOff]] = {}
        for row in self._database.rows(query.order_by(APPROVALS.c.id)):
            found.setdefault(row["number"], []).append(SignOff(**row["value"]))
        return found

    def _last(self, connection: sql.Connection) -> int | None:
        query = sql.select(sql.func.max(MODELS.c.number)).where(MODELS.c.project == self._project)
        return connection.execute(query).scalar()

    def _log(self, connection: sql.Connection, kind: str, **detail: Any) -> None:
        events.append(connection, kind, self._project, self._actor, **detail)


def _with(
    version: ModelVersion, approvals: dict[int, list[SignOff]], champion: int | None
) -> ModelVersion:
    return version.model_copy(
        update={
            "approvals": tuple(approvals.get(version.number, ())),
            "aliases": (CHAMPION,) if version.number == champion else (),
        }
    )
