from pathlib import Path

import pytest

from mll_core.domain.identity import Actor
from mll_core.infra.database import Database
from mll_core.infra.tokens import Tokens

pytestmark = pytest.mark.usefixtures("catalog")


def test_a_token_opens_its_own_deployment_only_and_is_nowhere_in_the_file(tmp_path: Path) -> None:
    tokens = Tokens(Database(tmp_path), Actor(name="ana"))
    assert not tokens.exist()
    token = tokens.create("churn")
    assert tokens.valid("churn", token)
    assert not tokens.valid("fraud", token)
    assert not tokens.valid("churn", token + "x")
    assert not tokens.valid("churn", None)
    assert tokens.exist("churn")
    assert not tokens.exist("fraud")
    assert token.encode() not in (tmp_path / "catalog.db").read_bytes()
