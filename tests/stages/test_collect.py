"""A source becomes a data version, its profile and findings."""

from pathlib import Path

import pytest
from real_data import real

from data.churn import LEAK
from mll_core.domain.connector import ReadOptions
from mll_core.domain.data import Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import NotFound, UnreadableSource
from mll_core.domain.finding import Finding, Severity
from mll_core.infra.objects import ObjectStore
from mll_core.stages import collect


def study(
    source: str, target: str | None, folder: Path, excluded: frozenset[str] = frozenset()
) -> tuple[Profile, tuple[Finding, ...]]:
    store = ObjectStore(folder / "home")
    version = collect.ingest(source, ReadOptions(), store)
    path = store.path(version.sha256)
    profile = collect.profile(version, path)
    return profile, collect.findings(profile, path, Brief(target=target), excluded)


def taken(findings: tuple[Finding, ...]) -> set[str]:
    """Columns left out without asking."""
    fixes = [f.fix for f in findings if f.fix and f.fix.safe and f.fix.path == "prepare.exclude"]
    return {fix.value["column"] for fix in fixes}


def test_a_version_is_named_by_its_bytes_and_says_what_it_is(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path / "home")
    (tmp_path / "t.csv").write_text("id,word\n1,a\n2,b\n")
    version = collect.ingest(str(tmp_path / "t.csv"), ReadOptions(), store)
    again = collect.ingest(str(tmp_path / "t.csv"), ReadOptions(), store)
    assert version == again
    assert version.names == ("id", "word")
    assert (version.rows, version.columns[0].type) == (2, "BIGINT")
    assert version.bytes == store.path(version.sha256).stat().st_size
    assert store.intact(version.sha256)
    assert "comma between values" in version.understood
    assert [path.name for path in (tmp_path / "home" / "tmp").iterdir()] == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "No source is given"),
        ("nowhere.csv", "There is no file 'nowhere.csv'"),
        ("nowhere", "There is no file 'nowhere'"),
        ("tests", "is a folder"),
        ("pyproject.toml", "is of no kind that is read"),
        ("ftp://host/x.csv", "is of no kind that is read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    source: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableSource, match=message) as caught:
        collect.ingest(source, ReadOptions(), ObjectStore(tmp_path))
    assert caught.value.hint


def test_an_unknown_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no sample"):
        collect.ingest("sample:nothing", ReadOptions(), ObjectStore(tmp_path))


def test_the_demo_shows_every_kind_of_dirt(tmp_path: Path) -> None:
    profile, findings = study("sample:churn", "churned", tmp_path)
    codes = {finding.code for finding in findings}
    assert codes >= {
        "leak",
        "duplicates",
        "disguised_missing",
        "id",
        "text_dates",
        "blanks_around",
        "mixed_case",
        "missing_values",
        "rare_categories",
    }
    assert profile.duplicates == 84
    assert taken(findings) == {LEAK, "customer_id"}
    assert findings[0].severity is Severity.PROBLEM
    dates = next(finding for finding in findings if finding.code == "text_dates")
    assert dates.fix
    assert dates.fix.safe
    assert len(dates.numbers["formats"]) == 3


def test_excluded_columns_are_not_named_again(tmp_path: Path) -> None:
    _, findings = study("sample:churn", "churned", tmp_path, frozenset({LEAK, "customer_id"}))
    assert not {LEAK, "customer_id"} & {finding.column for finding in findings}


def test_without_a_target_only_the_data_is_judged(tmp_path: Path) -> None:
    _, findings = study("sample:churn", None, tmp_path)
    codes = {finding.code for finding in findings}
    assert "duplicates" in codes
    assert not codes & {"leak", "imbalance", "leaking_missingness"}
    assert study("sample:churn", "no such column", tmp_path)[1] == findings


def test_a_column_is_proposed_for_leaving_out_only_once(tmp_path: Path) -> None:
    rows = "\n".join(f"{i},{i},{i % 97 * 2},{i % 97}" for i in range(600))
    (tmp_path / "t.csv").write_text("id,row_id,double,total\n" + rows)
    _, findings = study(str(tmp_path / "t.csv"), "total", tmp_path)
    fixed = [f.column for f in findings if f.fix and f.fix.path == "prepare.exclude"]
    assert sorted(fixed) == ["double", "id", "row_id"]
    assert sum(finding.column == "double" for finding in findings) > 1


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "target", "left_out"),
    [
        ("adult.csv", "income", set()),
        ("telco_customer_churn.csv", "Churn", {"customerID"}),
        ("bike_sharing_hour.csv", "cnt", {"casual", "registered", "instant"}),
        ("bank_additional_full.csv", "y", set()),
        (
            "ames_housing.csv",
            "SalePrice",
            {"Order", "PID", "Street", "Utilities", "Pool Area", "Pool QC"},
        ),
        ("california_housing.csv", "median_house_value", set()),
    ],
)
def test_of_real_tables_only_these_columns_are_left_out_without_asking(
    name: str, target: str, left_out: set[str], tmp_path: Path
) -> None:
    profile, findings = study(str(real(name)), target, tmp_path)
    assert taken(findings) == left_out
    steps = [f.fix.value["kind"] for f in findings if f.fix and f.fix.path == "prepare.steps"]
    assert ("drop_duplicates" in steps) == (profile.duplicates > 0)
    assert ("parse_numbers" in steps) == (name.startswith("telco"))
