from mll_core.infra.text_types import widened


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
