import pytest

from mll_core.infra import text_types
from mll_core.infra.text_types import judged, widened
from mll_core.infra.warehouse import connect


def test_many_columns_are_judged_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    values = ["1", "1.5", "007", "true", "2024-01-31", "2024-01-31 10:00", "word", "1e3", "nan", ""]
    columns = {f"{a}{b} {i}": (a, b) for i, a in enumerate(values) for b in values}
    cells = ", ".join(
        f"unnest([nullif('{a}', ''), nullif('{b}', '')]) AS \"{name}\""
        for name, (a, b) in columns.items()
    )
    engine, source = connect(), f"(SELECT {cells})"
    below = judged(engine, source, list(columns))
    monkeypatch.setattr(text_types, "_SIDE_BY_SIDE", 1_000)
    assert judged(engine, source, list(columns)) == below
    assert set(below.values()) == {
        "BIGINT",
        "DOUBLE",
        "VARCHAR",
        "BOOLEAN",
        "DATE",
        "TIMESTAMP",
        "EMPTY",
    }


def test_a_small_file_is_read_as_the_large_one_was_where_its_values_fit() -> None:
    judged = {
        "a": "BIGINT",
        "b": "BIGINT",
        "c": "VARCHAR",
        "d": "DATE",
        "e": "EMPTY",
        "f": "DOUBLE",
    }
    wanted = {
        "a": "DOUBLE",
        "b": "VARCHAR",
        "c": "DOUBLE",
        "d": "TIMESTAMP",
        "e": "BIGINT",
        "g": "X",
    }
    assert widened(judged, wanted) == {
        "a": "DOUBLE",
        "b": "VARCHAR",
        "c": "VARCHAR",
        "d": "TIMESTAMP",
        "e": "BIGINT",
        "f": "DOUBLE",
    }
