import copy
import json
import pickle

import pytest

from mll_core.domain.secret import HIDDEN, Secret, redacted
from mll_core.domain.value import Value

WORD = "correct-horse battery/staple"


class Login(Value):
    user: str
    password: Secret


def test_a_secret_shows_itself_to_nobody_who_does_not_ask() -> None:
    secret = Secret(WORD)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>9}", "".join(map(str, [secret]))]
    shown += [json.dumps({"a": secret}, default=str), repr([secret]), repr({"a": secret})]
    shown += [repr(pickle.dumps(secret)), repr(vars(Login(user="ana", password=secret)))]
    assert all(WORD not in text and "correct" not in text for text in shown)
    assert all(HIDDEN in text for text in shown)
    assert secret.reveal() == WORD
    assert pickle.loads(pickle.dumps(secret)).reveal() == HIDDEN
    assert copy.deepcopy(secret).reveal() == WORD
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(AttributeError):
        secret._value = "other"  # type: ignore[misc]


def test_secrets_are_equal_by_value_and_never_to_plain_text() -> None:
    assert Secret(WORD) == Secret(Secret(WORD))
    assert Secret(WORD) != Secret("other")
    assert Secret("ä") != Secret("\ud800")
    assert Secret(WORD) != WORD
    assert len({Secret(WORD), Secret(WORD)}) == 1
    assert not Secret("")


def test_a_value_holds_a_secret_and_writes_it_hidden() -> None:
    login = Login.model_validate({"user": "ana", "password": WORD})
    assert login.password.reveal() == WORD
    assert login.to_json() == {"user": "ana", "password": HIDDEN}
    assert WORD not in login.model_dump_json()
    assert WORD not in repr(login)
    assert Login(user="ana", password=Secret(WORD)) == login


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("postgresql+psycopg://ana:s3cr@t@db:5432/x", "postgresql+psycopg://ana:***@db:5432/x"),
        ("at mysql://ana:a/b@db/x now", "at mysql://ana:***@db/x now"),
        ("GET /x?token=abc123&rows=5", "GET /x?token=***&rows=5"),
        ("Authorization: Bearer eyJh.bGci-_x", "Authorization: Bearer ***"),
        ("{'password': 'hunter2', 'user': 'ana'}", "{'password': '***', 'user': 'ana'}"),
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"),
        ("https://example.org:8443/a?b=c", "https://example.org:8443/a?b=c"),
        ("The upload token is wrong.", "The upload token is wrong."),
    ],
)
def test_what_looks_like_a_secret_is_taken_out_of_a_text(text: str, clean: str) -> None:
    assert redacted(text) == clean
    assert redacted(clean) == clean


def test_what_was_once_a_secret_is_taken_out_in_every_spelling() -> None:
    Secret("zürich & 'co'/9")
    for spelling in (
        "zürich & 'co'/9",
        "z%C3%BCrich%20%26%20%27co%27%2F9",
        "z%C3%BCrich+%26+%27co%27%2F9",
    ):
        assert redacted(f"<{spelling}>") == f"<{HIDDEN}>"
    Secret("abc")
    assert redacted("abc") == "abc"
