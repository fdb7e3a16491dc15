from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mll_core.domain.errors import Forbidden, InvalidParameter, NotFound
from mll_core.domain.identity import Actor
from mll_core.domain.token import Scope
from mll_core.infra import events
from mll_core.infra.database import Database
from mll_core.infra.tokens import Tokens

pytestmark = pytest.mark.usefixtures("catalog")


class Clock:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(tmp_path: Path, clock: Clock) -> Tokens:
    return Tokens(Database(tmp_path), Actor(name="ana"), clock)


def test_a_token_opens_its_own_deployment_only_and_is_nowhere_in_the_files(
    tokens: Tokens, tmp_path: Path
) -> None:
    assert not tokens.exist()
    token = tokens.create("churn")
    assert tokens.valid("churn", token)
    for other in (token + "x", token[:-1], "", None, "\ud800"):
        assert not tokens.valid("churn", other)
    assert not tokens.valid("fraud", token)
    assert tokens.exist("churn")
    assert not tokens.exist("fraud")
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert token.encode() not in written


def test_a_token_ends_on_its_day_and_keeps_the_door_shut(tokens: Tokens, clock: Clock) -> None:
    token = tokens.create("churn", days=30)
    clock.now += timedelta(days=30, milliseconds=-1)
    assert tokens.valid("churn", token)
    clock.now += timedelta(milliseconds=1)
    assert not tokens.valid("churn", token)
    assert tokens.exist()


def test_a_token_is_good_for_ninety_days_and_all_scopes_unless_less_is_said(
    tokens: Tokens, clock: Clock
) -> None:
    tokens.create("churn")
    clock.now += timedelta(seconds=1)
    tokens.create("churn", scopes=[Scope.SCHEMA], days=1, label="the docs")
    first, second = tokens.all()
    assert (first.expires[:10], set(first.scopes)) == ("2026-04-01", set(Scope))
    assert (second.expires[:10], second.scopes, second.label) == (
        "2026-01-02",
        (Scope.SCHEMA,),
        "the docs",
    )
    for days in (0, -1, 4_000, float("nan")):
        with pytest.raises(InvalidParameter, match="more than 0 days"):
            tokens.create("churn", days=days)


def test_a_revoked_token_opens_nothing_and_stays_in_the_list(tokens: Tokens, clock: Clock) -> None:
    token = tokens.create("churn")
    identity = tokens.all()[0].id
    clock.now += timedelta(seconds=1)
    other = tokens.create("churn")
    assert tokens.revoke(identity).revoked
    assert not tokens.valid("churn", token)
    assert tokens.valid("churn", other)
    assert [bool(t.revoked) for t in tokens.all()] == [True, False]
    assert tokens.revoke(identity).revoked
    with pytest.raises(NotFound, match="'nothing'"):
        tokens.revoke("nothing")


def test_the_day_of_the_last_use_is_kept(tokens: Tokens, clock: Clock) -> None:
    tokens.create("churn")
    identity = tokens.all()[0].id
    tokens.note_use([identity])
    assert tokens.all()[0].used == "2026-01-01"
    clock.now += timedelta(days=1)
    tokens.note_use([identity, "gone"])
    assert tokens.all()[0].used == "2026-01-02"


def test_only_admins_make_see_and_end_tokens_and_it_is_logged(
    tokens: Tokens, tmp_path: Path, clock: Clock
) -> None:
    tokens.create("churn", "churn")
    tokens.revoke(tokens.all()[0].id)
    database = Database(tmp_path)
    told = [event.kind for event in events.read(database, "churn", 9)]
    assert told == ["token.revoked", "token.created"]
    eve = Tokens(database, Actor(name="eve", kind="account"), clock)
    for refused in (
        lambda: eve.create("churn", "churn"),
        lambda: eve.revoke(tokens.all()[0].id),
        lambda: eve.all("churn"),
        lambda: eve.revoke("nothing"),
    ):
        with pytest.raises(Forbidden, match=r"eve \(no role\) may not administer"):
            refused()
    assert len(tokens.all()) == 1
