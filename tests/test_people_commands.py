import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from mll_core.cli import main
from mll_core.infra import passwords
from mll_core.workspace import Workspace

Run = Callable[..., tuple[int, str, str]]
GOOD = "four words in a row"


class Keyboard(io.StringIO):
    """Standard input."""


@pytest.fixture
def mll(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with something on standard input: its exit code, stdout and stderr."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 1024, 1))

    def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", Keyboard(typed))
        code = main([*words, "--home", str(tmp_path / "home")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_an_account_gets_its_password_from_standard_input_and_never_as_an_argument(
    mll: Run, tmp_path: Path
) -> None:
    create = ("account", "create", "ana", "--role", "analyst", "--password-stdin")
    code, out, _ = mll(*create, typed=f"{GOOD}\n")
    assert (code, out) == (0, "created:  ana\nrole:     analyst everywhere\n")
    accounts = Workspace.open(tmp_path / "home").accounts
    assert accounts.verify("ana", GOOD).roles == {"*": "analyst"}
    code, out, _ = mll("account", "create", "eve", "--password", GOOD)
    assert (code, out) == (2, "")
    assert "nobody to ask" in mll("account", "create", "eve")[2]
    assert "at least 12" in mll(*create, typed="short\n")[2]
    code, out, _ = mll("account", "list", "--json")
    assert [account["name"] for account in json.loads(out)["accounts"]] == ["ana"]
    assert "argon2" not in out
    assert mll("account", "password", "ana", "--password-stdin", typed="another four words")[0] == 0
    assert accounts.verify("ana", "another four words")
    assert mll("account", "disable", "ana")[0] == 0
    assert "disabled" in mll("account", "list")[1]


def test_a_typed_password_is_asked_for_twice(mll: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([GOOD, "another four words"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    monkeypatch.setattr(Keyboard, "isatty", lambda _: True)
    assert "not the same" in mll("account", "create", "ana")[2]


def test_roles_are_given_listed_and_taken(mll: Run) -> None:
    mll("account", "create", "ana", "--password-stdin", typed=GOOD)
    assert mll("member", "give", "ana", "viewer")[1] == "ana: viewer everywhere\n"
    assert mll("member", "give", "ana", "approver")[0] == 0
    assert mll("member", "give", "eve@example.org", "viewer")[0] == 0
    out = mll("member", "list", "--json")[1]
    roles = {member["account"]: member["role"] for member in json.loads(out)["members"]}
    assert roles == {"ana": "approver", "eve@example.org": "viewer"}
    assert mll("member", "take", "ana")[0] == 0
    assert "ana" not in mll("member", "list")[1]
    assert "no role everywhere" in mll("member", "take", "ana")[2]
    assert "'nowhere'" in mll("member", "give", "ana", "viewer", "--project", "nowhere")[2]
    assert mll("member", "give", "ana", "king")[0] == 2


def test_the_first_admin_is_set_up_with_a_token_that_is_printed_once(
    mll: Run, tmp_path: Path
) -> None:
    code, out, _ = mll("account", "setup", "--json")
    token = json.loads(out)["token"]
    assert code == 0
    workspace = Workspace.open(tmp_path / "home")
    assert workspace.setting_up.admin(token, "ana", GOOD).name == "ana"
    assert "an admin already" in mll("account", "setup")[2]
    assert "last admin" in mll("account", "disable", "ana")[2]


def test_tokens_are_made_scoped_listed_and_revoked(mll: Run, tmp_path: Path) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("a,b\n1,x\n2,y\n")
    assert mll("new", "churn", "--data", str(data))[0] == 0
    made = ("token", "create", "--deployment", "churn")
    _, out, _ = mll(*made, "--scope", "predict", "--days", "7", "--label", "the shop", "--json")
    token = json.loads(out)["token"]
    assert mll(*made)[0] == 0
    _, out, _ = mll("token", "list", "--json")
    first, second = json.loads(out)["tokens"]
    assert (first["scopes"], first["label"], first["project"]) == (["predict"], "the shop", "churn")
    assert set(second["scopes"]) == {"predict", "outcomes", "schema"}
    assert token not in out + mll("token", "list")[1]
    assert mll("token", "revoke", first["id"])[0] == 0
    assert f"{first['id']} churn" in mll("token", "list")[1]
    assert "revoked" in mll("token", "list")[1]
    assert mll(*made, "--scope", "everything")[0] == 2
    assert "more than 0 days" in mll(*made, "--days", "0")[2]
    assert not Workspace.open(tmp_path / "home").tokens.valid("churn", token)
