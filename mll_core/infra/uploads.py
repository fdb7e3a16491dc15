"""Who brought which file into the workspace: a line in the log for each."""

from pathlib import Path

from mll_core.domain.identity import Actor
from mll_core.infra import events
from mll_core.infra.database import Database


def note(database: Database, actor: Actor, path: Path) -> None:
    """Log that ``actor`` brought the file at ``path``, by its folder and name, and its size.

    The line does not keep the file from being swept. Raises NoRoom.
    """
    named = f"{path.parent.name}/{path.name}"
    size = path.stat().st_size
    with database.write() as connection:
        events.append(connection, "upload.brought", None, actor, file=named, bytes=size)
