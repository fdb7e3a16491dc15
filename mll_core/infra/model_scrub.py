"""The file of a model without what only the erased subject had: texts and numbers in it."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.scrub import Scrubber, rounded

REMEMBERING = frozenset(
    {
        *("KNeighborsClassifier", "KNeighborsRegressor", "Nystroem"),
        *("DenseRegions", "LocalOutlierFactor", "OneClassSVM"),
    }
)
"""The estimators of ours that keep training rows."""


def scrubbed(dumped: bytes, scrubber: Scrubber) -> bytes:
    """The same archive; the very same bytes when nothing in it was the subject's."""
    out, changed = io.BytesIO(), False
    with (
        zipfile.ZipFile(io.BytesIO(dumped)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            part = before.read(entry)
            new = _numbers(part, scrubber) if entry.filename.endswith(".npy") else None
            new = _text(part, scrubber) if new is None else new
            changed |= new != part
            after.writestr(entry, new)
    return out.getvalue() if changed else dumped


def remembers(dumped: bytes) -> bool:
    """Whether the file holds rows that it learned from, scaled: no mark finds somebody there."""
    with zipfile.ZipFile(io.BytesIO(dumped)) as archive:
        return any(f'"{name}"' in archive.read("schema.json").decode() for name in REMEMBERING)


def answers_alike(one: FittedModel, two: FittedModel, rows: Any) -> bool:
    """Whether both give the same numbers, to the last bit, for the same raw rows."""
    return bool(np.array_equal(one.score(rows), two.score(rows), equal_nan=True))


def learned(content: Mapping[str, Any]) -> dict[str, Any]:
    """What of a manifest decides the answers: all but the facts about it."""
    return {key: value for key, value in content.items() if key not in ("facts", "skops_sha256")}


def _text(part: bytes, scrubber: Scrubber) -> bytes:
    try:
        text = part.decode()
    except UnicodeDecodeError:
        return part
    new = scrubber.text(text)
    return part if new == text else new.encode()


def _numbers(part: bytes, scrubber: Scrubber) -> bytes | None:
    """An array with the subject's numbers told to two figures; None when it is no plain array."""
    try:
        array = np.load(io.BytesIO(part), allow_pickle=False)
    except ValueError:
        return None
    if array.dtype.kind not in "iuf":
        return part
    numbers = [n for n in scrubber.marks.numbers if array.dtype.kind == "f" or n.is_integer()]
    marked = np.isin(array, np.array(numbers).astype(array.dtype))
    if not marked.any():
        return part
    new = array.copy()
    new[marked] = [rounded(float(number)) for number in array[marked]]
    out = io.BytesIO()
    np.save(out, new, allow_pickle=False)
    return out.getvalue()
