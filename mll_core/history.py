"""The document of one project through time: edit, compare, restore."""

import contextlib
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from mll_core.domain.document import Document, DocumentVersion
from mll_core.domain.errors import Conflict, InvalidParameter
from mll_core.domain.identity import Actor, Permission
from mll_core.infra import yaml_document
from mll_core.infra.guard import Access, needs
from mll_core.infra.projects import Projects

BY_HAND = Actor(name="by hand")
"""Whoever can write the document's file is an owner, not the account that comes by next."""


class History:
    """Every edit makes a new version with author, time and reason; nothing is ever changed."""

    def __init__(self, projects: Projects, slug: str, access: Access) -> None:
        self.access = access
        self._projects = projects
        self._slug = slug

    @needs(Permission.VIEW)
    def newest(self) -> DocumentVersion:
        """The newest version. Raises NotFound."""
        return self._projects.newest(self._slug)

    @needs(Permission.VIEW)
    def document(self) -> Document:
        """The newest version, read."""
        return self.read(self.newest())

    @needs(Permission.VIEW)
    def read(self, version: DocumentVersion | int) -> Document:
        """What a version says, found by its number where needed. Raises NotFound."""
        if isinstance(version, int):
            version = self._projects.version(self._slug, version)
        return self._projects.parse(version.text)

    @needs(Permission.VIEW)
    def versions(self) -> tuple[DocumentVersion, ...]:
        """All versions, newest first."""
        return self._projects.versions(self._slug)

    @needs(Permission.VIEW)
    def diff(self, old: int, new: int) -> str:
        """What changed between two versions, as a unified diff; empty when nothing did."""
        return self._projects.diff(self._slug, old, new)

    @needs(Permission.EDIT)
    def take_hand_edits(self) -> None:
        """Take over what somebody wrote into project.yaml by hand, as a version of its own.

        A file that says what some version said was not edited. Raises InvalidDocument.
        """
        path = self._projects.path(self._slug)
        if not path.is_file():
            return
        text = path.read_text(encoding="utf-8")
        if text != self.newest().text and text not in {v.text for v in self.versions()}:
            machine = self.access.actor.kind == "owner"
            self._take(text, f"{path.name} was edited by hand", None if machine else BY_HAND)

    @needs(Permission.EDIT)
    def edit(
        self,
        changes: Mapping[str, Any],
        reason: str = "",
        *,
        based_on: DocumentVersion | None = None,
    ) -> Document:
        """Set what stands at each dotted path, all or nothing.

        ``based_on``: the version the new values were worked out from; what others changed since
        at other paths stays.

        Raises InvalidParameter for a path that is not there, InvalidDocument for a wrong value,
        Conflict when somebody else's edit came first.
        """
        self.take_hand_edits()
        newest = self.newest()
        if based_on:
            self._refuse_changed(tuple(changes), based_on)
        plain: Any = self._projects.parse(newest.text).to_json()
        for path, value in changes.items():
            plain = yaml_document.changed(plain, path, _plain(value))
        document = self._projects.build(plain)
        text = yaml_document.render(document, newest.text)
        said = reason or f"edited {', '.join(changes)}"
        self._projects.save(self._slug, text, based_on=newest.version, reason=said)
        return document

    @needs(Permission.EDIT)
    def append(self, path: str, value: Any, reason: str = "") -> Document:
        """Add ``value`` to the end of the list at ``path``. Raises InvalidParameter, Conflict."""
        self.take_hand_edits()
        now = self.newest()
        longer = [*self._list(path, now), value]
        return self.edit({path: longer}, reason or f"added to {path}", based_on=now)

    @needs(Permission.EDIT)
    def remove(self, path: str, index: int, reason: str = "") -> Document:
        """Take an entry out of the list at ``path``. Raises InvalidParameter, Conflict."""
        self.take_hand_edits()
        now = self.newest()
        entries = self._list(path, now)
        if not 0 <= index < len(entries):
            what = f"{path} has {len(entries)} entries, there is no number {index}."
            raise InvalidParameter(what, hint="Counting starts at 0.")
        left = [*entries[:index], *entries[index + 1 :]]
        return self.edit({path: left}, reason or f"removed from {path}", based_on=now)

    @needs(Permission.EDIT)
    def restore(self, version: int, reason: str = "") -> Document:
        """Make an earlier version the newest again. Raises NotFound."""
        text = self._projects.version(self._slug, version).text
        self.take_hand_edits()
        return self._take(text, reason or f"restored version {version}")

    def _take(self, text: str, reason: str, by: Actor | None = None) -> Document:
        document = self._projects.parse(text)
        newest = self.newest()
        self._projects.save(self._slug, text, based_on=newest.version, reason=reason, by=by)
        return document

    @needs(Permission.EDIT)
    def take_file(self, path: Path) -> Document:
        """Take over what somebody wrote into the document's file; nothing when it is the same."""
        text = path.read_text(encoding="utf-8")
        same = text == self.newest().text
        return self.document() if same else self._take(text, f"read from {path.name}")

    def _refuse_changed(self, paths: Iterable[str], then: DocumentVersion) -> None:
        """Refuse to write over what somebody changed since a version."""
        since = [version for version in self.versions() if version.version > then.version]
        for newer, older in pairwise([*since, then]):
            was, became = self.read(older), self.read(newer)
            if changed := [path for path in paths if _at(was, path) != _at(became, path)]:
                what = f"{newer.author} changed {', '.join(changed)} meanwhile: {newer.reason}."
                raise Conflict(what, hint="Look at it as it is now, then make your change again.")

    def _list(self, path: str, version: DocumentVersion) -> list[Any]:
        with contextlib.suppress(KeyError, IndexError, ValueError):
            found = self.read(version).get(path)
            if isinstance(found, list):
                return found
        raise InvalidParameter(f"{path} is not a list.", hint="Such as prepare.steps.")


def _at(document: Document, path: str) -> Any:
    """What stands at a path; None where there is no such place."""
    with contextlib.suppress(KeyError, IndexError, ValueError):
        return document.get(path)
    return None


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
