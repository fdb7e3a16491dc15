"""Values that tell who somebody is: as codes in the request log, hidden from who only looks."""

import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from mll_core.domain.serving import LoggedRequest
from mll_core.infra.keys import pseudonym

HIDDEN = "hidden"


def coded(request: LoggedRequest, personal: Collection[str]) -> LoggedRequest:
    """The request with a code in place of each personal value; missing stays missing."""
    if not personal:
        return request
    records = tuple(record and _coded(record, personal) for record in request.records)
    return request.model_copy(update={"records": records})


def code(value: Any) -> str:
    """The code of one value: the same for the same value, so that outcomes and erasure find it."""
    return pseudonym(unicodedata.normalize("NFC", _text(value)))


def masked(rows: pd.DataFrame, personal: Collection[str]) -> pd.DataFrame:
    """Rows to look at, with personal values hidden; missing stays missing."""
    shown = rows.copy()
    for name in set(personal) & set(map(str, rows.columns)):
        shown[name] = rows[name].astype(object).where(rows[name].isna(), HIDDEN)
    return shown


def _coded(record: Mapping[str, Any], personal: Collection[str]) -> dict[str, Any]:
    return {
        name: code(value) if name in personal and value is not None else value
        for name, value in record.items()
    }


def _text(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
