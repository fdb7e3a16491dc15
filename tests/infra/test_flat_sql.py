import pytest

from mll_core.infra.flat_sql import flat


def test_nested_selects_become_one_of_the_columns_that_are_computed() -> None:
    found = flat(
        'SELECT "t1"."a" AS "b", "t1"."c", "t1"."d" + 1 AS "e" FROM '
        '(SELECT "t0"."a", "t0"."c", "t0"."d" * 2 AS "d", "t0"."f" FROM "rows" AS "t0") AS "t1"'
    )
    assert found is not None
    assert found.passed == {"b": "a", "c": "c"}
    assert (found.computed, found.inputs) == (("e",), ("d",))
    assert found.sql.upper().count("SELECT") == 1


def test_a_query_that_only_passes_columns_needs_no_engine() -> None:
    found = flat('SELECT "t0"."a" AS "b" FROM "rows" AS "t0"')
    assert found is not None
    assert (found.passed, found.sql) == ({"b": "a"}, "")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM rows WHERE a > 1",
        "SELECT a FROM rows ORDER BY a",
        "SELECT a FROM rows LIMIT 3",
        "SELECT DISTINCT a FROM rows",
        "SELECT sum(a) AS s FROM rows",
        "SELECT row_number() OVER (ORDER BY a) AS n FROM rows",
        "SELECT * FROM rows",
        "SELECT unnest([1, 2]) AS u FROM rows",
        "SELECT rows.a FROM rows JOIN other ON rows.a = other.a",
        "SELECT (SELECT max(a) FROM rows) AS m, a FROM rows",
        "SELECT a FROM rows UNION ALL SELECT a FROM rows",
        "WITH t AS (SELECT a FROM rows WHERE a > 1) SELECT a FROM t",
        "SELECT 1 AS one FROM rows",
        "DROP TABLE rows",
        "no sql at all (",
    ],
)
def test_a_query_that_looks_at_other_rows_is_not_flattened(sql: str) -> None:
    assert flat(sql) is None


def test_an_expression_that_is_used_too_often_keeps_a_select_of_its_own() -> None:
    long = " + ".join(f'upper("t0"."a") || {n}' for n in range(300))
    used = ", ".join(f'"t1"."long" || {n} AS "x{n}"' for n in range(300))
    found = flat(
        f'SELECT "t1"."b" AS "c", {used} FROM (SELECT "t0"."a", "t0"."b", "t0"."d", {long} AS '
        '"long" FROM "rows" AS "t0") AS "t1"'
    )
    assert found is not None
    assert (found.passed, found.inputs, len(found.computed)) == ({"c": "b"}, ("a",), 300)
    assert found.sql.upper().count("SELECT") == 2


def test_the_names_inside_a_lambda_are_no_columns() -> None:
    found = flat('SELECT LIST_FILTER("t0"."a", LAMBDA x : x = "t0"."b") AS "f" FROM "rows" AS "t0"')
    assert found is not None
    assert found.inputs == ("a", "b")


def test_a_select_of_all_is_passed_over() -> None:
    found = flat(
        'SELECT * FROM (SELECT "t1"."a", "t1"."c" || \'x\' AS "d" FROM (SELECT * FROM (SELECT '
        '"t0"."a", "t0"."b" || \'y\' AS "c" FROM "rows" AS "t0") AS "t2") AS "t1") AS "t3"'
    )
    assert found is not None
    assert (found.passed, found.computed, found.inputs) == ({"a": "a"}, ("d",), ("b",))


def test_what_a_lambda_reads_is_not_computed_inside_it() -> None:
    found = flat(
        'SELECT LIST_TRANSFORM([1, 2], LAMBDA x : x || "t2"."low") AS "f" FROM (SELECT "t1"."low" '
        'FROM (SELECT LOWER("t0"."a") AS "low" FROM "rows" AS "t0") AS "t1") AS "t2"'
    )
    assert found is not None
    assert found.sql.index("LAMBDA") < found.sql.index("LOWER")
    assert found.sql.upper().count("SELECT") == 2
