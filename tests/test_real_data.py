"""Four real data sets, each from its file to a judged, scored and watched model, target given."""

from pathlib import Path

import pandas as pd
import pytest
from projects import mirrored
from real_data import real

from mll_core.project import Project
from mll_core.workspace import Workspace

pytestmark = pytest.mark.real
SETS = {
    "adult.csv": ("income", 45, "roc_auc"),
    "telco_customer_churn.csv": ("Churn", 15, "roc_auc"),
    "ames_housing.csv": ("SalePrice", 15, "mae"),
    "bike_sharing_hour.csv": ("cnt", 15, "mae"),
}


def finish(home: Path, name: str) -> Project:
    target, budget, _ = SETS[name]
    workspace = Workspace.open(mirrored(home))
    project = workspace.create_project(name, str(real(name)), target=target, budget=budget)
    project.run("evaluate")
    return project


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SETS)
def test_from_the_file_to_a_watched_model_with_no_edit_but_the_target(
    tmp_path: Path, name: str
) -> None:
    source, (target, _, metric) = real(name), SETS[name]
    project = finish(tmp_path / "home", name)
    report = project.report()
    assert report is not None
    assert report.primary_metric == metric
    assert report.gate.criteria
    assert report.gate.passed  # each of these sets can be learned better than a simple rule
    assert report.difference.low > 0
    if name == "adult.csv":
        assert report.test["roc_auc"].value >= 0.925
    if name == "bike_sharing_hour.csv":  # casual + registered = cnt
        assert {"casual", "registered"} <= project.document.prepare.excluded
        assert report.test["r2"].value < 0.99

    project.deployment.approve("Ana", "head", "")
    project.deployment.promote()
    later, out = tmp_path / "later.csv", tmp_path / "scored.csv"
    rows = pd.read_csv(source, dtype=str, keep_default_na=False)
    later_rows = rows.sample(500, random_state=1)
    later_rows.drop(columns=target).to_csv(later, index=False)
    assert project.deployment.score(str(later), out, proba=True) == 500
    assert len(pd.read_csv(out)) == 500

    later_rows.to_csv(later, index=False)
    found = project.watching.monitor(str(later))
    assert found.rows == 500
    assert found.realised is not None
    assert not found.dataset_drift, [row.column for row in found.drift if row.drifted]


def test_a_later_year_is_seen_as_drift_and_retraining_helps(tmp_path: Path) -> None:
    rows = pd.read_csv(real("bike_sharing_hour.csv"))
    first, second = rows[rows["yr"] == 0], rows[rows["yr"] == 1].sample(3000, random_state=0)
    old, new = tmp_path / "2011.csv", tmp_path / "2012.csv"
    first.to_csv(old, index=False)
    second.to_csv(new, index=False)
    workspace = Workspace.open(mirrored(tmp_path / "home"))
    cheap = {
        "train.models": [{"kind": "lightgbm"}, {"kind": "prior"}],
        "train.ensembles": False,
        "split.repeats": 1,
        "split.folds": 3,
    }
    project = workspace.create_project("bike", str(old), target="cnt", budget=8, settings=cheap)
    project.run("evaluate")
    project.deployment.approve("Ana", "head", "pilot")
    project.deployment.promote()
    found = project.watching.monitor(str(new))
    assert found.alerts
    assert any(
        advice["stage"] == "train" or "retrain" in advice["sentence"] for advice in found.advice
    )
    project.watching.retrain(str(new))
    comparison = project.watching.comparison()
    assert comparison is not None
    assert comparison.verdict == "challenger"
    assert len(project.document.data.additions) == 1
