"""Projects and the versions of their documents; each save is a new version, none is changed."""

import difflib
import re
import unicodedata
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path

import sqlalchemy as sql

from mll_core.domain.document import Document, DocumentVersion
from mll_core.domain.errors import Conflict, InvalidDocument, InvalidParameter, NotFound
from mll_core.domain.identity import Actor
from mll_core.infra import access, events, files, vouched, yaml_document
from mll_core.infra.database import Database, now
from mll_core.infra.reach import Reach
from mll_core.infra.tables import DOCUMENTS, PROJECTS
from mll_core.infra.yaml_document import Shelves


def slug_of(name: str) -> str:
    """A name as it stands in addresses: a to z, digits, dashes. Raises InvalidParameter."""
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        raise InvalidParameter("The name has signs that are no text.", hint="Type it anew.")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    if not slug:
        what = f"{name!r} has no letter or digit to make an address of."
        raise InvalidParameter(what, hint="Give the project a name such as churn-2026.")
    return slug


class Projects:
    """Every project of a workspace, its document and the document's history."""

    def __init__(self, database: Database, home: Path, shelves: Shelves, actor: Actor) -> None:
        self._database = database
        self._home = home
        self.shelves = shelves
        self._actor = actor
        # A document is frozen and its text never changes: reading one takes 20 ms, pages read many.
        self._parse = lru_cache(maxsize=200)(partial(yaml_document.parse, shelves=shelves))

    def all(self) -> list[tuple[str, str, str]]:
        """(slug, name, created) of every project that may be seen, oldest first."""
        with self._database.read() as connection:
            mine = access.seen(connection, self._actor, PROJECTS.c.slug)
            query = sql.select(PROJECTS).where(mine).order_by(PROJECTS.c.created)
            rows = connection.execute(query).all()
        return [(row.slug, row.name, row.created) for row in rows]

    def create(self, document: Document, reason: str) -> str:
        """A new project with its first document; its slug, numbered when the name is taken."""
        wanted = slug_of(document.name)
        with self._database.write() as connection:
            taken = set(connection.execute(sql.select(PROJECTS.c.slug)).scalars())
            slug, number = wanted, 1
            while slug in taken:
                number += 1
                slug = f"{wanted}-{number}"
            connection.execute(
                PROJECTS.insert().values(slug=slug, name=document.name, created=now())
            )
            events.append(connection, "project.created", slug, self._actor, name=document.name)
            text = yaml_document.render(document)
            first = DocumentVersion(
                version=1, author=self._actor.name, at=now(), reason=reason, text=text
            )
            self._add(connection, slug, first, self._actor)
        files.write_text(self.path(slug), text)
        return slug

    def path(self, slug: str) -> Path:
        """Where the newest document is kept as a file, for people and version control."""
        return self._home / "projects" / slug / "project.yaml"

    def check(self, slug: str) -> None:
        """Raises NotFound when there is none that may be seen: others' names do not leak."""
        known = [found for found, _, _ in self.all()]
        if slug not in known:
            raise NotFound.named("project", slug, known)

    def newest(self, slug: str) -> DocumentVersion:
        """The newest version. Raises NotFound."""
        mine = sql.select(DOCUMENTS).where(DOCUMENTS.c.project == slug)
        rows = self._database.rows(mine.order_by(DOCUMENTS.c.version.desc()).limit(1))
        if not rows:
            raise NotFound.named("project", slug, [found for found, _, _ in self.all()])
        return _version(rows[0])

    def versions(self, slug: str) -> tuple[DocumentVersion, ...]:
        """All versions, newest first."""
        mine = sql.select(DOCUMENTS).where(DOCUMENTS.c.project == slug)
        rows = self._database.rows(mine.order_by(DOCUMENTS.c.version.desc()))
        return tuple(_version(row) for row in rows)

    def version(self, slug: str, number: int) -> DocumentVersion:
        """One version. Raises NotFound."""
        found = {version.version: version for version in self.versions(slug)}
        if number not in found:
            raise NotFound.named("document version", str(number), map(str, found))
        return found[number]

    def diff(self, slug: str, old: int, new: int) -> str:
        """What changed between two versions, as a unified diff; empty when nothing did."""
        before, after = self.version(slug, old), self.version(slug, new)
        lines = difflib.unified_diff(
            before.text.splitlines(),
            after.text.splitlines(),
            f"v{old}",
            f"v{new}",
            lineterm="",
            n=2,
        )
        return "\n".join(lines)

    def parse(self, text: str) -> Document:
        """The document that ``text`` says. Raises InvalidDocument with every fault."""
        return self._parse(text)

    def build(self, plain: dict[str, object]) -> Document:
        """The document of plain data. Raises InvalidDocument with every fault."""
        return yaml_document.build(plain, self.shelves)

    def save(
        self, slug: str, text: str, *, based_on: int, reason: str, by: Actor | None = None
    ) -> DocumentVersion:
        """Add a version, ``by`` the actor or who else wrote it.

        Raises Conflict when somebody else's came first, Forbidden for who may not edit, may not
        sign off and adds a sign-off, or names a source beyond their reach.
        """
        author = by or self._actor
        with self._database.write() as connection:
            mine = sql.select(DOCUMENTS).where(DOCUMENTS.c.project == slug)
            row = connection.execute(mine.order_by(DOCUMENTS.c.version.desc()).limit(1)).first()
            if row is None or row.version != based_on:
                who = f"{row.author} changed it at {row.at}" if row else "it is not there"
                what = f"The document is no longer at version {based_on}: {who}."
                raise Conflict(what, hint="Look at what changed, then make your edit again.")
            if row.text == text:
                return _version(dict(row._mapping))
            version = DocumentVersion(
                version=based_on + 1, author=author.name, at=now(), reason=reason, text=text
            )
            decided = self._judge(author, row.text, self.parse(text))
            self._add(connection, slug, version, author)
            for kind, detail in decided:
                events.append(connection, kind, slug, author, **detail)
        files.write_text(self.path(slug), text)
        return version

    def _judge(
        self, author: Actor, earlier: str, after: Document
    ) -> list[tuple[str, dict[str, str]]]:
        """What people say in it anew, each as an event that tells of it.

        Raises Forbidden for sources that ``author`` may not name.
        """
        before = Document(name=after.name)
        with suppress(InvalidDocument):  # one that cannot be read any more knew nothing
            before = self.parse(earlier)
        reach, known = Reach(author, self._home), before.sources
        for source in after.sources:
            if source not in known:
                reach.source(source)
        return [
            ("brief.signed_off", {"by": sign_off.by})
            for sign_off in after.brief.sign_offs
            if sign_off not in before.brief.sign_offs
        ] + [
            ("column.judged", {"what": f"{verdict.column}: {verdict.decision}"})
            for verdict in after.prepare.verdicts
            if verdict not in before.prepare.verdicts
        ]

    def _add(
        self, connection: sql.Connection, slug: str, version: DocumentVersion, author: Actor
    ) -> None:
        vouched.insert(connection, DOCUMENTS, project=slug, **version.model_dump())
        events.append(
            connection,
            "document.saved",
            slug,
            author,
            version=version.version,
            reason=version.reason,
        )


def _version(row: dict[str, object]) -> DocumentVersion:
    return DocumentVersion.model_validate(
        {name: row[name] for name in DocumentVersion.model_fields}
    )
