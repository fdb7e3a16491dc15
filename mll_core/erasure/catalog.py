"""One transaction lets everything in the catalog name the versions without the subject."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sql

from mll_core import freshness
from mll_core.domain.data import Profile
from mll_core.domain.errors import MllError
from mll_core.domain.job import Event
from mll_core.domain.serving import ModelVersion
from mll_core.domain.stage import Stage, Status
from mll_core.domain.subject import Erased, Order
from mll_core.erasure import copies
from mll_core.erasure.copies import Made
from mll_core.erasure.desk import Desk
from mll_core.infra import (
    catalog_rows,
    events,
    files,
    forgotten,
    subject_log,
    vouched,
    yaml_document,
)
from mll_core.infra.artefacts import (
    EVIDENCE,
    FEATURES,
    LEAKS,
    LOOKED,
    NULL,
    PREPARED,
    ROOM,
    SCENARIO,
    STEPS,
    Artefact,
)
from mll_core.infra.registry import CHAMPION
from mll_core.infra.scrub import Scrubber
from mll_core.infra.tables import ALIASES, ARTEFACTS, DOCUMENTS, EVENTS, MODELS

FINDINGS = "findings"
MEASURED = (LEAKS, STEPS, NULL, FEATURES, EVIDENCE, ROOM)
"""Made of rows of other tables too: they go when any version holds the subject."""
RUNNING = (Stage.COLLECT, Stage.BUSINESS, Stage.PREPARE, Stage.TRAIN, Stage.EVALUATE)


def move(desk: Desk, made: Made, tombstone: Erased) -> tuple[Order, Erased]:
    """Commit the new names; the order that is left to do, and what is known for the tombstone."""
    mover = _Mover(desk, made, copies.profiles(desk, made))
    fresh = [s for s in RUNNING if _is_fresh(desk, s)]
    order = made.order.model_copy(update={"decided": True})
    learned = {v.number for v in desk.bench.registry.versions() if v.development in made.holding}
    trained = copies.trainings(desk, made.holding)
    with desk.database.write() as connection:
        astray = vouched.astray(connection)  # stays so: an erasure does not make it true
        _withdraw(connection, desk, made)  # by the old names
        entries = mover.everything(connection)
        withdrawn = _flag(connection, desk, learned, made)
        _keep_fresh(connection, desk, fresh, trained)
        lines = _details(connection, desk, mover.scrubber)
        known = tombstone.counted(
            rows=_rows(desk, made),
            versions=len(made.holding),
            files=sum(path.startswith("/") for path in made.order.moved),
            entries=entries + len(lines),
            models=tuple(sorted(learned)),
            trainings=len(trained),
            withdrawn=withdrawn,
            shared=made.shared,
            elsewhere=made.outside,
            reason=mover.scrubber.text(tombstone.reason),
        )
        desk.erasures.decide(connection, order, known)
        vouched.anew(connection, desk.slug, but=astray)
        names = {old: new for old, new in order.moved.items() if not old.startswith("/")}
        told = {"subject": known.subject, "versions": known.versions, "models": list(known.models)}
        events.append(
            connection, events.ERASURE, desk.slug, desk.actor,
            erasure=known.id, lines=lines, moved=names, **told,
        )  # fmt: skip
    return order, known


class _Mover:
    """Every cell of the project's rows, without the subject and with the new names."""

    def __init__(self, desk: Desk, made: Made, profiles: Mapping[str, dict[str, Any]]) -> None:
        self._desk, self._made, self._profiles = desk, made, profiles
        names = Scrubber(made.order.marks, {}).names
        theirs = subject_log.is_subject(made.order.subject, names)
        self.scrubber = Scrubber(made.order.marks, made.order.moved, theirs)

    def everything(self, connection: sql.Connection) -> int:
        """How many rows of the catalog changed."""
        slug = self._desk.slug
        theirs = ARTEFACTS.c.data_version.in_(sorted(self._made.holding))
        found = ARTEFACTS.c.stage.in_((FINDINGS, LOOKED, SCENARIO)) & theirs
        if self._made.holding:
            found |= ARTEFACTS.c.stage.in_(MEASURED)
        mine = (ARTEFACTS.c.project == slug) & found
        vouched.delete(connection, ARTEFACTS, mine)  # made again when somebody asks
        changed = 0
        for table in catalog_rows.tables():
            changed += catalog_rows.rewrite(connection, table, slug, self._cell)
            files.crash_point("erasure.table")
        return changed

    def _cell(self, column: str, value: Any) -> Any:
        if column == "text":
            return document(self._desk, value, self.scrubber)
        if isinstance(value, str):
            return self.scrubber.text(value)
        return self._value(value)

    def _value(self, value: Any) -> Any:
        new = self._counted(self.scrubber.value(value))
        if isinstance(new, dict) and isinstance(new.get("data"), dict) and "profile" in new:
            again = self._profiles.get(new["data"].get("sha256", ""))
            new = {**new, "profile": again} if again else new
        return new

    def _counted(self, value: Any) -> Any:
        """Data versions with the rows and bytes they have now."""
        if isinstance(value, dict):
            value = {key: self._counted(entry) for key, entry in value.items()}
            size = self._made.sizes.get(str(value.get("sha256")))
            return _recounted(value, *size) if size and "rows" in value else value
        return [self._counted(entry) for entry in value] if isinstance(value, list) else value


def _recounted(value: dict[str, Any], rows: int, size: int) -> dict[str, Any]:
    """A data version that lost rows, as it would be told when it were read again."""
    new = {**value, "rows": rows, "bytes": size}
    if value.get("understood"):
        new["understood"] = value["understood"] + forgotten.left_out(value["rows"] - rows)
    return new


def document(desk: Desk, text: str, scrubber: Scrubber) -> str:
    """A document's text without the subject, comments included; it stays a document."""
    try:
        plain = desk.projects.parse(text).to_json()
    except MllError:
        return scrubber.text(text)
    new = scrubber.value(plain)
    if new != plain:
        text = yaml_document.render(desk.projects.build(new), text)
    return scrubber.text(text)


def _flag(connection: sql.Connection, desk: Desk, learned: set[int], made: Made) -> tuple[int, ...]:
    """Say of each model version that it learned from somebody who is gone; take what cannot stay
    out of service.
    """
    mine, withdrawn = MODELS.c.project == desk.slug, []
    for row in connection.execute(sql.select(MODELS).where(mine)).all():
        version = ModelVersion(**row.value)
        gone = version.sha256 in made.withdrawn
        if not gone and row.number not in learned:
            continue
        told = {"erased": version.erased + (row.number in learned), "withdrawn": gone}
        value = version.model_copy(update=told).to_json()
        this = mine & (MODELS.c.number == row.number)
        connection.execute(MODELS.update().where(this).values(value=value))
        if gone:
            withdrawn.append(row.number)
    theirs = (ALIASES.c.project == desk.slug) & (ALIASES.c.alias == CHAMPION)
    vouched.delete(connection, ALIASES, theirs & ALIASES.c.number.in_(withdrawn))
    return tuple(withdrawn)


def _withdraw(connection: sql.Connection, desk: Desk, made: Made) -> None:
    """Say of each prepared table that stood on the subject's rows that it can be had no more."""
    mine = (ARTEFACTS.c.project == desk.slug) & (ARTEFACTS.c.stage == PREPARED)
    for row in connection.execute(sql.select(ARTEFACTS.c.id, ARTEFACTS.c.value).where(mine)).all():
        if row.value["data"]["sha256"] in made.tables:
            this = ARTEFACTS.update().where(ARTEFACTS.c.id == row.id)
            connection.execute(this.values(value={**row.value, "withdrawn": True}))


def _is_fresh(desk: Desk, stage: Stage) -> bool:
    found = desk.bench.found()
    state = freshness.state(stage, desk.bench.document, found, None)
    return state.status in (Status.DONE, Status.CHECK)


def _keep_fresh(
    connection: sql.Connection, desk: Desk, fresh: list[Stage], trained: Collection[str]
) -> None:
    """What was fresh stays so on the same parts; runs ``trained`` on the subject are stale."""
    texts = sql.select(DOCUMENTS.c.text).where(DOCUMENTS.c.project == desk.slug)
    text = connection.execute(texts.order_by(DOCUMENTS.c.version.desc()).limit(1)).scalar_one()
    now = desk.projects.parse(text)
    found: dict[str, Artefact] = {}
    for name in (freshness.TABLES, *RUNNING):
        mine = (ARTEFACTS.c.project == desk.slug) & (ARTEFACTS.c.stage == str(name))
        newest = sql.select(ARTEFACTS).where(mine).order_by(ARTEFACTS.c.id.desc()).limit(1)
        row = connection.execute(newest).mappings().first()
        if row is None:
            continue
        if name in fresh:
            stage = Stage(name)
            inputs = freshness.inputs(stage, now, found)
            values = {"fingerprint": freshness.fingerprint(now, stage), "inputs": inputs}
            connection.execute(ARTEFACTS.update().where(ARTEFACTS.c.id == row["id"]).values(values))
        found[name] = Artefact(**{key: row[key] for key in Artefact.model_fields})
    _distrust(connection, desk, trained)


_SHOWS_ROWS = ("inside", "grouping", "oddness")
"""Parts of a training that show rows it learned from."""


def _distrust(connection: sql.Connection, desk: Desk, trained: Collection[str]) -> None:
    """A training that learned from the subject is due, and no later run takes it over. What models
    look like inside is shown of none: an end of a curve may be somebody's value.
    """
    mine = (ARTEFACTS.c.project == desk.slug) & (ARTEFACTS.c.stage == Stage.TRAIN.value)
    for row in connection.execute(sql.select(ARTEFACTS.c.id, ARTEFACTS.c.value).where(mine)).all():
        this = ARTEFACTS.update().where(ARTEFACTS.c.id == row.id)
        if row.value["run_id"] in trained:
            connection.execute(this.values(inputs=freshness.ERASED))
        if any(row.value.get(part) for part in _SHOWS_ROWS):
            shown = dict.fromkeys(_SHOWS_ROWS)
            connection.execute(this.values(value={**row.value, **shown}))


def _details(connection: sql.Connection, desk: Desk, scrubber: Scrubber) -> list[int]:
    """Lines of the log whose detail named the subject: only its digest is left."""
    mine = sql.select(EVENTS).where(EVENTS.c.project == desk.slug)
    lines = []
    for row in connection.execute(mine).mappings().all():
        event = Event(**row)
        if any(scrubber.names(text) for text in catalog_rows.strings(event.detail)):
            events.erase_detail(connection, event)
            lines.append(event.number)
    return lines


def _rows(desk: Desk, made: Made) -> int:
    """How many rows of the newest data version went, else of the fullest."""
    newest = next(reversed(desk.results(Stage.COLLECT)), None)
    if newest is None or newest["data_version"] not in made.holding:
        return 0
    before = Profile(**newest["value"]["profile"]).rows
    return before - made.sizes[made.order.moved[newest["data_version"]]][0]
