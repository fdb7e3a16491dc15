from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from mll_core.domain.errors import (
    Conflict,
    Forbidden,
    InvalidParameter,
    MllError,
    NotFound,
    NotReady,
)
from mll_core.domain.identity import Actor, Role
from mll_core.infra import events, passwords, sessions
from mll_core.infra.accounts import Accounts
from mll_core.infra.database import Database
from mll_core.infra.members import Members
from mll_core.infra.setting_up import LASTS, SettingUp

pytestmark = pytest.mark.usefixtures("catalog")

OWNER = Actor(name="root")
GOOD = "four words in a row"
OTHER = "another four words"
WRONG = "these are the wrong words"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 1024, 1))
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path)


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    made = Accounts(database, OWNER, clock)
    made.create("Ana", GOOD)
    return made


def test_who_knows_the_password_is_that_account_with_the_roles_of_now(
    database: Database, accounts: Accounts
) -> None:
    assert accounts.verify(" ANA ", GOOD) == Actor(name="ana", kind="account")
    Members(database, OWNER).give("ana", Role.ANALYST)
    assert accounts.verify("ana", GOOD).roles == {"*": Role.ANALYST}
    for name, password in (("ana", WRONG), ("eve", GOOD), ("ana", ""), ("\ud800", "\ud800")):
        with pytest.raises(Forbidden, match="The name or the password is wrong"):
            accounts.verify(name, password)


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("eve", "too short", "at least 12"),
        ("eve", "x" * 1_001, "at most 1,000"),
        ("eve.longer@example.org", "eve.longer@example.org", "is the name"),
        ("eve", "with a\nline break", "line breaks"),
        ("Zoë", GOOD, "a to z"),
        ("*", GOOD, "a to z"),
        ("", GOOD, "a to z"),
    ],
)
def test_weak_passwords_and_odd_names_are_refused_without_repeating_them(
    accounts: Accounts, name: str, password: str, said: str
) -> None:
    with pytest.raises(InvalidParameter, match=said) as refused:
        accounts.create(name, password)
    assert password not in str(refused.value) + refused.value.hint


def test_a_name_belongs_to_one_account(accounts: Accounts) -> None:
    with pytest.raises(Conflict, match="'ana'"):
        accounts.create("ANA", OTHER)


@pytest.mark.parametrize("name", ["ana", "nobody"], ids=["known", "unknown"])
def test_after_five_wrong_tries_a_name_waits_longer_and_longer_up_to_a_minute(
    accounts: Accounts, clock: Clock, name: str
) -> None:
    for _ in range(4):
        with pytest.raises(Forbidden, match="wrong"):
            accounts.verify(name, WRONG)
    for seconds in (2, 4, 8, 16, 32, 60, 60):
        with pytest.raises(Forbidden, match="password is wrong"):
            accounts.verify(name, WRONG)
        with pytest.raises(Forbidden, match=f"wait {seconds} seconds"):
            accounts.verify(name, GOOD)
        clock.now += seconds
    if name == "ana":
        assert accounts.verify(name, GOOD).name == "ana"
        with pytest.raises(Forbidden, match="password is wrong"):
            accounts.verify(name, WRONG)
        assert accounts.verify(name, GOOD).name == "ana"


def test_guessing_is_logged_by_known_names_only(database: Database, accounts: Accounts) -> None:
    for name in ("ana", "my secret typed as a name"):
        for _ in range(5):
            with pytest.raises(Forbidden):
                accounts.verify(name, WRONG)
    told = events.read(database, None, 9, kind="account.refused")
    assert [event.detail["account"] for event in told] == ["unknown", "ana"]


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_sign_in(
    database: Database, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 2048, 1))
    before = (database.anchor, stored(database))[1]
    accounts.verify("ana", GOOD)
    assert "m=2048,t=2" in stored(database) != before
    assert accounts.verify("ana", GOOD).name == "ana"


def stored(database: Database) -> str:
    import sqlalchemy as sql

    from mll_core.infra.tables import ACCOUNTS

    return str(database.rows(sql.select(ACCOUNTS.c.password))[0]["password"])


def test_a_session_is_over_when_idle_when_old_and_when_signed_out(
    database: Database, accounts: Accounts, clock: Clock
) -> None:
    ana = accounts.verify("ana", GOOD)
    token = accounts.open_session(ana)
    start = clock.now
    while clock.now + sessions.IDLE - 1 < start + sessions.WHOLE:
        clock.now += sessions.IDLE - 1
        assert accounts.actor_of(token) == ana
    clock.now = start + sessions.WHOLE
    assert accounts.actor_of(token) is None
    second = accounts.open_session(ana)
    clock.now += sessions.IDLE
    assert accounts.actor_of(second) is None
    third = accounts.open_session(ana)
    accounts.close_session(third)
    accounts.close_session("unknown")
    for over in (third, None, "", "x" * 43, "\ud800"):
        assert accounts.actor_of(over) is None


def test_a_role_taken_from_somebody_signed_in_is_gone_at_the_next_look(
    database: Database, accounts: Accounts
) -> None:
    members = Members(database, OWNER)
    members.give("ana", Role.APPROVER)
    token = accounts.open_session(accounts.verify("ana", GOOD))
    members.take("ana")
    signed_in = accounts.actor_of(token)
    assert signed_in
    assert signed_in.roles == {}


def test_disabling_and_new_passwords_end_every_session(accounts: Accounts) -> None:
    token = accounts.open_session(accounts.verify("ana", GOOD))
    accounts.change_password("ana", GOOD, OTHER)
    assert accounts.actor_of(token) is None
    with pytest.raises(Forbidden):
        accounts.verify("ana", GOOD)
    token = accounts.open_session(accounts.verify("ana", OTHER))
    accounts.set_password("ana", GOOD)
    assert accounts.actor_of(token) is None
    token = accounts.open_session(accounts.verify("ana", GOOD))
    accounts.disable("ana")
    assert accounts.actor_of(token) is None
    assert accounts.exist()
    with pytest.raises(Forbidden, match="wrong"):
        accounts.verify("ana", GOOD)
    with pytest.raises(NotFound, match="'eve'"):
        accounts.disable("eve")


def test_a_setup_token_makes_one_admin_once_within_a_day(database: Database, clock: Clock) -> None:
    setting_up, accounts = SettingUp(database, OWNER, clock), Accounts(database, OWNER, clock)
    old, new = setting_up.token(), setting_up.token()
    with pytest.raises(Forbidden, match="not valid"):
        setting_up.admin(old, "ana", GOOD)
    clock.now += LASTS
    with pytest.raises(Forbidden, match="not valid"):
        setting_up.admin(new, "ana", GOOD)
    token = setting_up.token()
    assert setting_up.admin(token, "ana", GOOD).roles == {"*": Role.ADMIN}
    with pytest.raises(Forbidden, match="not valid"):
        setting_up.admin(token, "eve", GOOD)
    with pytest.raises(Conflict, match="an admin already"):
        setting_up.token()
    assert [account.name for account in accounts.all()] == ["ana"]


def test_the_last_admin_stays(database: Database, clock: Clock) -> None:
    setting_up = SettingUp(database, OWNER, clock)
    ana = setting_up.admin(setting_up.token(), "ana", GOOD)
    accounts, members = Accounts(database, ana, clock), Members(database, ana)
    for remove in (
        lambda: members.take("ana"),
        lambda: members.give("ana", Role.VIEWER),
        lambda: accounts.disable("ana"),
    ):
        with pytest.raises(NotReady, match="ana is the last admin"):
            remove()
    accounts.create("eve", GOOD)
    members.give("eve", Role.ADMIN)
    members.take("ana")
    with pytest.raises(Forbidden, match="ana"):
        members.give("ana", Role.ADMIN)


def test_who_comes_from_the_identity_provider_needs_a_role_given_beforehand(
    database: Database, accounts: Accounts
) -> None:
    def come(subject: str = "s1", email: str = "Eve@Example.org", verified: bool = True) -> Actor:
        return accounts.external("https://id.example", subject, email, verified=verified)

    with pytest.raises(Forbidden, match="no role here"):
        come()
    Members(database, OWNER).give("eve@example.org", Role.VIEWER)
    with pytest.raises(Forbidden, match="no role here"):
        come(verified=False)
    assert come() == Actor(name="eve@example.org", kind="account", roles={"*": Role.VIEWER})
    assert come(email="married@example.org").name == "eve@example.org"
    with pytest.raises(Forbidden, match="no role here"):
        come(subject="s2")  # somebody else with her address
    with pytest.raises(Forbidden, match="wrong"):
        accounts.verify("eve@example.org", "")
    with pytest.raises(Conflict, match="identity provider"):
        accounts.set_password("eve@example.org", GOOD)
    accounts.disable("eve@example.org")
    with pytest.raises(Forbidden, match="disabled"):
        come()


def test_an_account_of_the_workbench_is_not_taken_over_from_outside(
    database: Database, accounts: Accounts
) -> None:
    accounts.create("eve@example.org", GOOD)
    Members(database, OWNER).give("eve@example.org", Role.ADMIN)
    with pytest.raises(Forbidden, match="no role here"):
        accounts.external("https://id.example", "s1", "eve@example.org", verified=True)


def test_only_admins_manage_people_and_only_where_they_are_admins(
    database: Database, accounts: Accounts
) -> None:
    members = Members(database, OWNER)
    members.give("ana", Role.APPROVER)
    ana = accounts.verify("ana", GOOD)
    for refused in (
        lambda: Accounts(database, ana).all(),
        lambda: Accounts(database, ana).create("eve", GOOD),
        lambda: Accounts(database, ana).set_password("ana", OTHER),
        lambda: Accounts(database, ana).disable("ana"),
        lambda: SettingUp(database, ana).token(),
        lambda: Members(database, ana).all(),
        lambda: Members(database, ana).give("ana", Role.ADMIN),
        lambda: Members(database, ana).take("ana"),
    ):
        with pytest.raises(Forbidden, match=r"ana \(approver\) may not administer"):
            refused()
    assert members.all() == (members.all("*"))
    assert [member.role for member in members.all()] == [Role.APPROVER]


def test_roles_are_given_to_accounts_and_projects_that_are_there(
    accounts: Accounts, database: Database
) -> None:
    members = Members(database, OWNER)
    for account, project in (("anna", "*"), ("ana", "chrun")):
        with pytest.raises(NotFound):
            members.give(account, Role.VIEWER, project)
    with pytest.raises(NotFound, match="no role"):
        members.take("ana")


def test_no_password_and_no_token_stands_in_the_catalog(
    tmp_path: Path, database: Database, accounts: Accounts, clock: Clock
) -> None:
    setting_up = SettingUp(database, OWNER, clock)
    setup = setting_up.token()
    admin = setting_up.admin(setup, "max", OTHER)
    session = accounts.open_session(admin)
    accounts.change_password("max", OTHER, GOOD)
    accounts.open_session(admin)
    for _ in range(6):
        with pytest.raises(MllError):
            accounts.verify("ana", WRONG)
    database.close()
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for secret in (GOOD, OTHER, WRONG, setup, session):
        assert secret.encode() not in written
    assert events.first_broken(database) is None
