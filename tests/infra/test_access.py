from pathlib import Path

import pytest
import sqlalchemy as sql

from mll_core.domain.errors import Forbidden
from mll_core.domain.identity import Actor, Permission, Role
from mll_core.infra import access, events
from mll_core.infra.database import Database, now
from mll_core.infra.tables import ACCOUNTS, MEMBERS

pytestmark = pytest.mark.usefixtures("catalog")

pytestmark = pytest.mark.usefixtures("catalog")

EVE = Actor(name="eve", kind="account", roles={"*": Role.ADMIN})
"""What she says of herself does not count."""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(tmp_path)
    with made.write() as connection:
        connection.execute(ACCOUNTS.insert().values(name="eve", created=now()))
        connection.execute(MEMBERS.insert().values(project="p", account="eve", role="analyst"))
    return made


def write(database: Database, kind: str, project: str | None) -> None:
    with database.write() as connection:
        events.append(connection, kind, project, EVE)


def test_roles_are_those_of_the_catalog_not_those_an_actor_carries(database: Database) -> None:
    write(database, "job.queued", "p")
    for kind, project in (("job.queued", "q"), ("model.approved", "p"), ("job.queued", None)):
        with pytest.raises(Forbidden, match="eve"):
            write(database, kind, project)
    assert [event.kind for event in events.read(database, None, 9)] == ["job.queued"]


def test_a_role_in_one_project_makes_no_new_project(database: Database) -> None:
    with pytest.raises(Forbidden, match="all projects"):
        write(database, "project.created", "p")


@pytest.mark.parametrize(
    "taken",
    [MEMBERS.delete(), ACCOUNTS.update().values(disabled="2026-01-01"), ACCOUNTS.delete()],
    ids=["role", "account disabled", "account gone"],
)
def test_what_is_taken_away_after_the_transaction_began_holds_in_it(
    database: Database, taken: sql.UpdateBase
) -> None:
    def late() -> None:
        with database.write() as connection:
            assert access.current(connection, EVE).may(Permission.RUN, "p")
            connection.execute(taken)
            events.append(connection, "job.queued", "p", EVE)

    with pytest.raises(Forbidden, match=r"no role"):
        late()
    assert events.read(database, None, 1) == ()
    write(database, "job.queued", "p")  # nothing of the refused transaction stayed


def test_the_engines_own_lines_about_somebody_need_no_role(database: Database) -> None:
    write(database, "job.failed", "q")
    assert events.read(database, None, 1)[0].actor == "eve"
