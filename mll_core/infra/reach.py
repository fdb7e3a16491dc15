"""Which files somebody may name: who signed in at the pages reaches only what was brought there."""

import re
from dataclasses import dataclass
from pathlib import Path

from mll_core.domain.errors import Forbidden
from mll_core.domain.identity import Actor

SAMPLE = "sample:"
SCHEMES = frozenset({"http", "https", "mariadb", "mysql", "postgres", "postgresql"})
"""Of addresses that lead to other machines; those of files (file, sqlite, duckdb) are not here."""
OUTPUTS = "downloads"
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_KEPT = re.compile(r"additions/objects/[0-9a-f]{2}/[0-9a-f]{64}\.parquet")


@dataclass(frozen=True)
class Reach:
    """What an actor may name as a source of rows, or as a file to be written.

    An owner can read the machine's files anyway and names any. An account names a file by the
    whole path it was given when it was uploaded (nobody guesses the folder in it), rows that a
    retraining kept, a sample, or the address of another machine.
    """

    actor: Actor
    home: Path

    def source(self, named: str) -> None:
        """Raises Forbidden, whether or not there is such a file."""
        if self.actor.kind == "owner" or not named or named.startswith(SAMPLE):
            return
        if address := _ADDRESS.match(named):
            if address[1].lower().partition("+")[0] in SCHEMES:
                return
        elif self._brought(named):
            return
        what = f"{self.actor.name} may not read files of the machine by their path."
        raise Forbidden(what, hint="Upload the file, or name a sample or a web address.")

    def output(self, out: str | Path) -> None:
        """Raises Forbidden when ``out`` is not in the workspace's folder for downloads."""
        if self.actor.kind == "owner":
            return
        folder = (self.home / OUTPUTS).resolve()
        if not Path(out).resolve().is_relative_to(folder) or Path(out).resolve() == folder:
            what = f"{self.actor.name} may not write files of the machine by their path."
            raise Forbidden(what, hint="Download the answers from the page instead.")

    def _brought(self, named: str) -> bool:
        if "\0" in named or any(letter in named for letter in "*?[]"):
            return False  # a pattern would find what others brought
        whole = Path(named).resolve()
        home = self.home.resolve()
        if not whole.is_relative_to(home):
            return False
        inside = whole.relative_to(home)
        upload = inside.parts[:1] == ("uploads",) and len(inside.parts) == 3  # noqa: PLR2004
        return upload or bool(_KEPT.fullmatch(inside.as_posix()))
