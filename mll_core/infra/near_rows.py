"""Rows that agree nearly: candidates share a rare word, and are compared letter by letter."""

from collections.abc import Sequence

import pyarrow as pa

from mll_core.infra import warehouse
from mll_core.infra.warehouse import identifier

MOST_IN_BLOCK = 50
"""Rows that share a word; words of more rows are too common to tell anything."""
MOST_PAIRS = 20_000
_HALF = 0.5
"""How alike two values are when one of them is missing: it says nothing."""


def pairs(rows: pa.Table, columns: Sequence[str], least: float) -> list[tuple[int, int, float]]:
    """(place, place, score) of rows whose ``columns`` are alike, the most alike first.

    ``rows``: a column ``place`` and the ``columns`` as text. The score is the mean over the
    columns of their Jaro-Winkler similarity, without case; 1 for two missing values.
    Source: Winkler 1990, String comparator metrics.
    """
    names = [identifier(name) for name in columns]
    said = "concat_ws(' ', " + ", ".join(names) + ")"
    likeness = " + ".join(f"({_alike(name)})" for name in names)
    sql = f"""
        WITH words AS (
            SELECT DISTINCT place, word FROM (
                SELECT place, unnest(regexp_split_to_array(lower({said}), '[^\\p{{L}}\\p{{N}}]+'))
                AS word FROM rows
            ) WHERE word <> ''
        ), telling AS (
            SELECT place, word FROM words
            QUALIFY count(*) OVER (PARTITION BY word) <= {MOST_IN_BLOCK}
        ), candidates AS (
            SELECT DISTINCT a.place AS one, b.place AS other
            FROM telling a JOIN telling b ON a.word = b.word AND a.place < b.place
        ), scored AS (
            SELECT one, other, ({likeness}) / {len(names)} AS score
            FROM candidates JOIN rows a ON a.place = one JOIN rows b ON b.place = other
        )
        SELECT one, other, score FROM scored WHERE score >= {least!r}
        ORDER BY score DESC, one, other LIMIT {MOST_PAIRS}
    """
    found = warehouse.arrow(sql, rows)
    return [tuple(row.values()) for row in found.to_pylist()]


def _alike(name: str) -> str:
    one, other = f"a.{name}", f"b.{name}"
    return (
        f"CASE WHEN {one} IS NULL AND {other} IS NULL THEN 1.0 "
        f"WHEN {one} IS NULL OR {other} IS NULL THEN {_HALF} "
        f"ELSE jaro_winkler_similarity(lower({one}), lower({other})) END"
    )
