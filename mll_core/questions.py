"""Questions in SQL about one project's tables; who asked what is in the log."""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mll_core.bench import Bench
from mll_core.domain.data import Split
from mll_core.domain.errors import NoRoom, NotReady
from mll_core.domain.identity import Permission
from mll_core.domain.job import Event
from mll_core.domain.question import AskedTable, QueryResult
from mll_core.domain.stage import Stage
from mll_core.infra import events, room
from mll_core.infra.database import Database
from mll_core.infra.guard import Access, needs

T = TypeVar("T")
ASKED = "query.asked"
SHOWN = 200
"""Letters of a question that the log keeps."""
PAGE = 1_000
"""Rows shown at once."""
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TEXT = re.compile(r"'(?:[^']|'')*'?|\$(\w*)\$.*?(?:\$\1\$|\Z)|\"[^\"]*@[^\"]*\"", re.DOTALL)
_NUMBER = re.compile(r"\d{5,}")


class Questions:
    """What may be asked of a project in SQL; the answer comes out of a cage.

    The rows of the sealed test are in no table, so that no question can look at them.
    """

    def __init__(self, bench: Callable[[], Bench], database: Database, access: Access) -> None:
        self._bench = bench
        self._database = database
        self.access = access

    @needs(Permission.QUERY)
    def tables(self) -> tuple[AskedTable, ...]:
        """The tables there are. Raises Forbidden, NotReady."""
        from mll_core.infra import console

        bench = self._bench()
        return console.tables(self._sealed(bench), asker=bench.actor.name)

    @needs(Permission.QUERY)
    def ask(self, sql: str, limit: int = PAGE) -> QueryResult:
        """The first rows of the answer. Raises Forbidden, NotReady, UnfitQuestion, NoRoom."""
        from mll_core.infra import console

        def answer(sealed: Path, asker: str) -> tuple[QueryResult, int]:
            result = console.ask(sealed, sql, asker=asker, limit=limit)
            return result, len(result.rows)

        return self._logged(sql, answer)

    @needs(Permission.QUERY)
    def download(self, sql: str, out: str | Path) -> int:
        """Write the whole answer to a .csv or .parquet file; how many rows.

        Raises Forbidden, NotReady, UnfitQuestion, InvalidParameter, NoRoom.
        """
        from mll_core.infra import console

        self._bench().reach.output(out)

        def answer(sealed: Path, asker: str) -> tuple[int, int]:
            rows = console.download(sealed, sql, Path(out), asker=asker)
            return rows, rows

        return self._logged(sql, answer)

    @needs(Permission.QUERY)
    def newest(self, limit: int = 20) -> tuple[Event, ...]:
        """The last questions that anybody asked here, newest first; values are left out."""
        return events.read(self._database, self._bench().slug, limit, kind=ASKED)

    @needs(Permission.VIEW)
    def test_rows(self) -> int:
        """How many rows are sealed, and so in no table."""
        prepared = self._bench().found().get(Stage.PREPARE)
        return Split(**prepared.value).test.rows if prepared else 0

    def _logged(self, sql: str, answer: Callable[[Path, str], tuple[T, int]]) -> T:
        """Ask, and tell the log: who, what (without values), how many rows, how long."""
        bench, start = self._bench(), time.monotonic()
        self._need_log(bench)
        sealed = self._sealed(bench)
        rows: int | None = None
        try:
            result, rows = answer(sealed, bench.actor.name)
        finally:
            with self._database.write() as connection:
                events.append(
                    connection,
                    ASKED,
                    bench.slug,
                    bench.actor,
                    sha256=hashlib.sha256(sql.encode("utf-8", "replace")).hexdigest(),
                    sql=told(sql),
                    rows=rows,
                    seconds=round(time.monotonic() - start, 3),
                )
        return result

    def _need_log(self, bench: Bench) -> None:
        """Refuse a question that could not be logged, before it is answered. Raises NoRoom."""
        short = room.shortage(bench.home, self._database)
        if short and short.everything:
            why = f"{short.why[:1].lower()}{short.why[1:]}"
            raise NoRoom(f"Questions are logged, and {why}.", hint="mll doctor says more.")

    def _sealed(self, bench: Bench) -> Path:
        """The file of the data that was split, else of the newest data. Raises NotReady."""
        from mll_core.infra.sealed import Versions, sealed

        found = bench.found()
        if prepared := found.get(Stage.PREPARE):
            split = Split(**prepared.value)
            versions = Versions(
                str(prepared.data_version), split.development.sha256, split.sealed.sha256
            )
        elif collected := found.get(Stage.COLLECT):
            versions = Versions(str(collected.data_version))
        else:
            raise NotReady("There is no data to ask yet.", hint="Collect it first.")
        return sealed(bench.home, bench.objects, versions)


def told(sql: str) -> str:
    """A question as the log keeps it: the log is for ever, so no text or long number is in it."""
    short = _NUMBER.sub("…", _TEXT.sub("'…'", _COMMENT.sub(" ", sql)))
    return " ".join(short.split())[:SHOWN]
