"""JSON in the catalog, the same on every database."""

import json
from typing import Any

import sqlalchemy as sql
from sqlalchemy.types import TypeDecorator


class JSON(TypeDecorator[Any]):
    """Plain JSON data as text, the same on every database: NaN, infinities and odd letters too."""

    impl = sql.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sql.Dialect) -> str | None:
        """To the database; None is NULL."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: Any, dialect: sql.Dialect) -> Any:
        """From the database."""
        return None if value is None else json.loads(value)
