"""Small real projects for tests of the doors: made once per test run, copied for each test."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd

from mll_core.infra.tracking import Tracker
from mll_core.project import Project
from mll_core.workspace import Workspace

CHEAP = {
    "train.models": [{"kind": "logistic_regression"}, {"kind": "prior"}],
    "train.trials": 4,
    "evaluate.resamples": 100,
    "evaluate.explain_rows": 20,
    "split.repeats": 1,
    "split.folds": 3,
}


def customers(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """Customers who leave when they call often and pay much; one key, one protected column."""
    rng = np.random.default_rng(seed)
    calls, fee = rng.poisson(2, rows), rng.normal(30, 8, rows).round(2)
    risk = 1 / (1 + np.exp(-(0.9 * calls + 0.08 * fee - 5)))
    return pd.DataFrame(
        {
            "customer_id": [f"C{seed}{n:05d}" for n in range(rows)],
            "calls": calls,
            "fee": fee,
            "plan": rng.choice(["Basic", "Gold", "Flex"], rows),
            "gender": rng.choice(["f", "m"], rows),
            "left": np.where(rng.random(rows) < risk, "yes", "no"),
        }
    )


def csv(folder: Path, rows: int = 400, seed: int = 0) -> Path:
    """The customers as a file."""
    path = folder / f"customers_{seed}.csv"
    customers(rows, seed).to_csv(path, index=False)
    return path


@cache
def _original() -> Path:
    home = Path(mkdtemp(prefix="mll-finished-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    workspace = Workspace.open(mirrored(home), actor="ana")
    settings = {**CHEAP, "brief.question": "Who will leave?", "brief.protected": ["gender"]}
    project = workspace.create_project(
        "Customers", str(csv(home)), target="left", budget=60, settings=settings
    )
    project.run("evaluate")
    project.deployment.approve("Ana", "head", "fine")
    project.deployment.promote()
    project.watching.monitor(str(csv(home, seed=1)))
    workspace.database.close()
    return home


def finished(folder: Path) -> Workspace:
    """A workspace under ``folder`` with the project ``customers``, finished through stage 7."""
    home = folder / "home"
    shutil.copytree(_original(), home)
    return Workspace.open(home, actor="ana")


def project(folder: Path) -> Project:
    """The finished project."""
    return finished(folder).project("customers")


@cache
def _mirror() -> Path:
    """The tables of an MLflow mirror, with nothing in them."""
    folder = Path(mkdtemp(prefix="mll-mirror-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Tracker(folder, "any")._client.search_experiments()
    return folder / "mlflow" / "mlflow.db"


def mirrored(home: Path) -> Path:
    """``home`` with an MLflow mirror whose tables are made already: that alone takes seconds."""
    (home / "mlflow").mkdir(parents=True, exist_ok=True)
    shutil.copy(_mirror(), home / "mlflow")
    return home
