"""What a model must pass before it may answer: it is the one it should be, and harms nobody."""

import logging
from pathlib import Path
from typing import Any

from mll_core.catalog import read_steps
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import NoRoom, NotReady, Untrusted
from mll_core.domain.serving import ModelVersion
from mll_core.infra import cage, model_store
from mll_core.infra.model_store import ModelStore
from mll_core.infra.scorer import Scorer
from mll_core.stages import deploy

LOG = logging.getLogger("mll.trial")
SECONDS = 300.0
_WARM = ("mll_core.trial", "skops.io", "sklearn.ensemble")
_WHY = {
    "crash": "it crashed",
    "memory": "it needed more memory than a model may take",
    "time": f"it gave no answer within {SECONDS:g} seconds",
    "bug": "it failed",
}


def before_use(models: ModelStore, project: str, version: ModelVersion) -> None:
    """Refuse what was signed for something else; try once, in a cage, what was never tried.

    Raises Untrusted, NotFound.
    """
    genuine(models, project, version)
    if not models.tried(version.sha256):
        first_use(models, version.sha256)


def genuine(models: ModelStore, project: str, version: ModelVersion) -> None:
    """Refuse a model of ours that was trained for another project or in another run.

    A signature alone does not say that this is the version that was evaluated and approved: an
    older or a foreign one is signed as well. Raises Untrusted, NotFound, NotReady when the version
    was withdrawn.
    """
    if version.withdrawn:
        what = (
            f"Version {version.number} was withdrawn: it could not be kept without who is erased."
        )
        raise NotReady(what, hint="Train again, and promote the version that comes of it.")
    facts = models.manifest(version.sha256)["facts"]
    if (facts.get("project"), facts.get("training")) != (project, version.run_id):
        what = f"Version {version.number} of {project!r} names a model that was made for another."
        hint = "Promote a version that was evaluated here; mll doctor looks at the event log."
        raise Untrusted(what, hint=hint)


def first_use(models: ModelStore, sha256: str, progress: Progress = quiet) -> None:
    """Verify a model, then load it and answer one record where a crash harms nobody.

    Raises Untrusted, NotFound.
    """
    content, _ = models.verified(sha256)
    file = models.file(sha256)
    values = {"sha256": sha256, "content": content, "file": str(file.absolute())}
    task = cage.Task("mll_core.trial:inside", values, (file,), warm=_WARM)
    try:
        cage.run(task, cage.Limits(memory=cage.memory(), seconds=SECONDS), progress)
    except cage.Broken as broken:
        what = f"The model {sha256[:8]} is not used: {_WHY[broken.why]} when it was first tried."
        raise Untrusted(what, hint="Train the model again; the log has more.") from broken
    try:
        models.note_tried(sha256)
    except NoRoom as full:
        LOG.warning("the trial of %s is not noted: %s", sha256[:8], full)


def inside(*, sha256: str, content: dict[str, Any], file: str, progress: Progress) -> int:
    """The same, in the cage: how many answers came of the example record."""
    progress(0.1, "Loading the model")
    model = model_store.restored(sha256, content, Path(file).read_bytes(), read_steps)
    progress(0.6, "Answering one record")
    return len(Scorer(model).predict([deploy.json_schema(model)["example"]]))
