"""Models that name the data version they learned from, or hold a value of the subject.

Each is written anew and signed anew: a category that only the subject had becomes ``(erased 1)``
(its code stays, so nobody else's answer changes), a number only the subject had is told to two
figures. When the answers are then not the same to the last bit, the model is withdrawn. So is one
that keeps rows it learned from, as neighbours or landmarks do, and learned from the subject's.
"""

import logging
from typing import Any

from mll_core.catalog import read_steps
from mll_core.domain.errors import MllError
from mll_core.erasure.desk import Desk
from mll_core.infra import model_scrub, model_store, scorer_loader
from mll_core.infra.scrub import Scrubber

LOG = logging.getLogger("mll.erasure")


def rewrite(
    desk: Desk, scrubber: Scrubber, moved: dict[str, str]
) -> tuple[dict[str, str], frozenset[str]]:
    """(old name to new name), and the models that have no version without the subject."""
    renamed, withdrawn = {}, set()
    for path in sorted((desk.home / "models").glob("*.json")):
        if not desk.ours(path.stem):
            continue
        try:
            content = desk.models.manifest(path.stem)
        except MllError as error:
            LOG.warning("%s", error)
            continue
        dumped = desk.models.file(path.stem).read_bytes()
        if content["facts"].get("development") in moved and _remembers(content, dumped):
            withdrawn.add(path.stem)
            continue
        new, parts = scrubber.value(content), model_scrub.scrubbed(dumped, scrubber)
        if new == content and parts == dumped:
            continue
        if _as_before(desk, (path.stem, content, dumped), (new, parts)):
            renamed[path.stem] = desk.models.keep(new, parts)
        else:
            withdrawn.add(path.stem)
    return renamed, frozenset(withdrawn)


def _remembers(content: dict[str, Any], dumped: bytes) -> bool:
    """Whether rows it learned from are kept in it, by its estimator or by a step."""
    steps = read_steps(content["recipe"]["recipe"])
    return model_scrub.remembers(dumped) or any(step.remembers for step in steps)


def _as_before(
    desk: Desk, old: tuple[str, dict[str, Any], bytes], new: tuple[dict[str, Any], bytes]
) -> bool:
    """Whether the model without the subject answers as it did, for the rows that are left."""
    name, content, dumped = old
    if model_scrub.learned(content) == model_scrub.learned(new[0]) and dumped == new[1]:
        return True
    try:
        one = model_store.restored(name, content, dumped, read_steps)
        two = model_store.restored(name, *new, read_steps)
        rows = scorer_loader.background(two, desk.objects, new[0]["facts"]["development"])
        return rows is not None and model_scrub.answers_alike(one, two, rows)
    except (MllError, ValueError, KeyError):
        LOG.warning("the model %s has no version without the subject", name[:8], exc_info=True)
        return False
