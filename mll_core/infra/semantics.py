"""What a column is for a person, judged from its profile."""

import re

from mll_core.domain.data import ColumnProfile, Semantic

UNIQUE = 0.95
"""Share of distinct values above which a column may be an identifier."""
LONG_TEXT = 30
"""Mean length above which text is read, not counted."""
FEW_ROWS = 20
_HALF = 0.5
_DENSE = 2.0
_ID_NAME = re.compile(
    r"(^|[\W_])(id|ids|uuid|guid|key|pk|rowid|nr|no|number|index|instant|pid|order|record)$"
    r"|[a-z](Id|ID|Key|Nr)$|^(row|unnamed: 0|instant|index)",
    re.IGNORECASE,
)
_STRONG_ID_NAME = re.compile(r"(^|[\W_])(id|uuid|guid|pk|rowid)$|[a-z](Id|ID)$")
_INTEGERS = re.compile(r"^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$")
_PLAIN: dict[re.Pattern[str], Semantic] = {
    re.compile("DOUBLE|FLOAT|DECIMAL"): "number",
    re.compile("BOOLEAN$"): "boolean",
    re.compile("DATE|TIMESTAMP"): "date",
}


def id_like_name(name: str) -> bool:
    """Whether the name alone says identifier, such as ``customer_id`` or ``PassengerId``."""
    return bool(_STRONG_ID_NAME.search(name) or _STRONG_ID_NAME.search(name.lower()))


def semantic(column: ColumnProfile, rows: int, phrases: float) -> Semantic:
    """``phrases`` is the share of values with a blank inside."""
    known = rows - column.nulls
    if known == 0:
        return "empty"
    if column.distinct <= 1 and column.nulls == 0:
        return "constant"
    unique = column.distinct / known
    if _INTEGERS.match(column.type):
        return "id" if _numbered(column, known, unique) else "integer"
    plain = next((meaning for kind, meaning in _PLAIN.items() if kind.match(column.type)), None)
    return plain or _of_text(column, known, unique, phrases)


def _numbered(column: ColumnProfile, known: int, unique: float) -> bool:
    """Whole numbers that number the rows: unique, and named so or without gaps."""
    if unique < UNIQUE or known < FEW_ROWS:
        return False
    dense = (int(column.max) - int(column.min) + 1) / column.distinct < _DENSE
    return bool(_ID_NAME.search(column.name)) or (dense and unique == 1.0)


def _of_text(column: ColumnProfile, known: int, unique: float, phrases: float) -> Semantic:
    long = (column.mean_length or 0) > LONG_TEXT
    if unique > UNIQUE and known >= FEW_ROWS and phrases < _HALF:
        return "id"
    if (long and phrases >= _HALF) or (unique > _HALF and phrases >= _HALF and known >= FEW_ROWS):
        return "text"
    return "category"
