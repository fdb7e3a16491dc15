from pathlib import Path

import pytest
import sqlalchemy as sql

from mll_core.domain.identity import Actor
from mll_core.infra.database import Database
from mll_core.infra.tables import EVENTS, TOKENS
from mll_core.infra.tokens import Tokens

pytestmark = pytest.mark.usefixtures("catalog")


def test_a_token_opens_its_own_deployment_only_and_is_nowhere_in_the_catalog(
    tmp_path: Path,
) -> None:
    database = Database(tmp_path)
    tokens = Tokens(database, Actor(name="ana"))
    assert not tokens.exist()
    token = tokens.create("churn")
    assert tokens.valid("churn", token)
    assert not tokens.valid("fraud", token)
    assert not tokens.valid("churn", token + "x")
    assert not tokens.valid("churn", None)
    assert tokens.exist("churn")
    assert not tokens.exist("fraud")
    assert token not in str([database.rows(sql.select(table)) for table in (TOKENS, EVENTS)])
    assert not any(token.encode() in path.read_bytes() for path in tmp_path.iterdir())
