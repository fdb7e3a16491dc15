from pathlib import Path

import pandas as pd
import pytest

from mll_core.domain.data import Column, DataVersion
from mll_core.domain.subject import Erased, Subject
from mll_core.infra.forgotten import leave_out
from mll_core.infra.keys import pseudonym
from mll_core.infra.objects import ObjectStore


def version(objects: ObjectStore) -> DataVersion:
    frame = pd.DataFrame({"name": ["Zolta\u0300n", "Ines", None], "n": [1.0, 2.0, 3.5]})
    temporary = objects.new()
    frame.to_parquet(temporary)
    columns = (Column(name="name", type="VARCHAR"), Column(name="n", type="DOUBLE"))
    return DataVersion(sha256=objects.keep(temporary), rows=3, columns=columns, source="people.csv")


@pytest.mark.parametrize(
    ("where", "left"),
    [("name=Zolt\u00e0n", ["Ines", None]), ("n=2", ["Zolta\u0300n", None]), ("name=Else", None)],
)
def test_who_was_erased_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, left: list[str | None] | None
) -> None:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    objects, subject = ObjectStore(tmp_path), Subject.of([where])
    told = {"id": "1", "project": "p", "by": "ana", "at": ""}
    tombstone = Erased(columns=subject.columns, subject=pseudonym(subject.canonical()), **told)
    before = version(objects)
    after = leave_out(before, [tombstone, tombstone.counted(columns=("gone",))], objects)
    if left is None:
        assert after == before
        return
    assert after.understood.endswith("1 row of somebody who was erased left out.")
    found = pd.read_parquet(objects.path(after.sha256))["name"]
    assert [None if pd.isna(name) else name for name in found] == left
