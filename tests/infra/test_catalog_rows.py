from mll_core.infra import catalog_rows
from mll_core.infra.tables import METADATA

OF_NO_PROJECT = {"projects", "accounts", "tries", "sessions", "setup"}
"""Names of projects, and of who works here: not of who is in the data."""
APART = {"events", "erasures"}
"""Handled on their own: details are replaced by digests; orders go when they are done."""


def test_every_table_is_searched_when_somebody_is_erased_or_it_is_known_why_not() -> None:
    searched = {table.name for table in catalog_rows.tables()}
    assert searched | OF_NO_PROJECT | APART == set(METADATA.tables)
    assert {"documents", "artefacts", "jobs", "job_logs", "models", "approvals"} <= searched


def test_every_text_in_plain_data_is_found() -> None:
    found = list(catalog_rows.strings({"a": ["b", {"c": "d"}], "n": 1, "x": None}))
    assert found == ["a", "b", "c", "d", "n", "x"]
