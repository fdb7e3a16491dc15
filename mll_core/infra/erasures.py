"""Orders to erase somebody, and the tombstones that are left of them."""

import sqlalchemy as sql

from mll_core.domain.identity import Actor
from mll_core.domain.subject import Erased, Order
from mll_core.infra import events, files
from mll_core.infra.database import Database, now
from mll_core.infra.tables import ERASURES


def unfinished(database: Database) -> list[str]:
    """The projects in which an erasure was begun and is not done."""
    waiting = sql.select(ERASURES.c.project).where(ERASURES.c.work.is_not(None)).distinct()
    return [row["project"] for row in database.rows(waiting)]


class Erasures:
    """The erasures of one project. What an order says of the person is gone once it is done."""

    def __init__(self, database: Database, project: str, actor: Actor) -> None:
        self._database = database
        self._project = project
        self._actor = actor

    def order(self, order: Order, tombstone: Erased) -> None:
        """Write down what is to be done before anything is."""
        row = {"id": tombstone.id, "project": self._project, "work": order.to_json()}
        with self._database.write() as connection:
            connection.execute(ERASURES.insert().values(**row, tombstone=tombstone.to_json()))
            told = {"subject": tombstone.subject, "columns": list(tombstone.columns)}
            self._tell(connection, "erasure.ordered", erasure=tombstone.id, **told)

    def decide(self, connection: sql.Connection, order: Order, tombstone: Erased) -> None:
        """Note in the transaction that moved the catalog how far the work is."""
        values = {"work": order.to_json(), "tombstone": tombstone.to_json()}
        connection.execute(ERASURES.update().where(ERASURES.c.id == tombstone.id).values(values))

    def finish(self, tombstone: Erased) -> Erased:
        """Forget the order; only the tombstone stays."""
        done = tombstone.counted(finished=now())
        with self._database.write() as connection:
            values = {"work": None, "tombstone": done.to_json()}
            connection.execute(ERASURES.update().where(ERASURES.c.id == done.id).values(values))
            told = {"subject": done.subject, "rows": done.rows, "requests": done.requests}
            self._tell(connection, "erasure.done", erasure=done.id, **told)
        files.crash_point("erasure.finished")
        return done

    def open(self) -> tuple[tuple[Order, Erased], ...]:
        """What was begun and is not done."""
        mine = (ERASURES.c.project == self._project) & ERASURES.c.work.is_not(None)
        rows = self._database.rows(sql.select(ERASURES).where(mine))
        return tuple((Order(**row["work"]), Erased(**row["tombstone"])) for row in rows)

    def all(self) -> tuple[Erased, ...]:
        """Every tombstone, newest first."""
        mine = sql.select(ERASURES.c.tombstone).where(ERASURES.c.project == self._project)
        found = (Erased(**row["tombstone"]) for row in self._database.rows(mine))
        return tuple(sorted(found, key=lambda tombstone: tombstone.at, reverse=True))

    def _tell(self, connection: sql.Connection, kind: str, **detail: object) -> None:
        events.append(connection, kind, self._project, self._actor, **detail)
