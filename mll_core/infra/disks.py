"""What kind of disk a folder is on, as the operating system knows it."""

import os
import re
from pathlib import Path

from mll_core.domain.errors import InvalidParameter

MOUNTS = Path("/proc/mounts")
OCTAL = re.compile(r"\\([0-7]{3})")
"""How a space, a tab, a newline and a backslash are written there."""
NETWORK = {
    *("afs", "ceph", "cifs", "davfs", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs"),
    *("fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "nfs", "nfs4"),
    *("smb", "smb2", "smb3", "smbfs"),
}
"""File systems whose locks SQLite cannot rely on (sqlite.org/faq.html#q5)."""


def filesystem(folder: Path, mounts: str) -> str:
    """The file system that holds ``folder``, by the lines of ``/proc/mounts``; "" if unknown."""
    found, depth = "", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004 - device, place, kind
            continue
        place = Path(OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[1]))
        if folder.is_relative_to(place) and len(place.parts) >= depth:
            found, depth = fields[2], len(place.parts)
    return found


def network(folder: Path) -> str:
    """The network file system that holds ``folder``; "" when it is local or nothing is known."""
    if not os.access(MOUNTS, os.R_OK):
        return ""
    kind = filesystem(folder.resolve(), MOUNTS.read_text(encoding="utf-8", errors="replace"))
    return kind if kind in NETWORK else ""


def refuse_network(folder: Path, mounts: str | None = None) -> None:
    """Raises InvalidParameter when ``folder`` is on a network file system, with the reason.

    Linux only: elsewhere nothing is known and nothing refused.
    """
    if mounts is None:
        if not os.access(MOUNTS, os.R_OK):
            return
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    kind = filesystem(folder.resolve(), mounts)
    if kind in NETWORK:
        what = (
            f"{folder} is on a network file system ({kind}), whose locks cannot be relied on: "
            "two processes could write the catalog at once and destroy it."
        )
        hint = "Choose a folder on a local disk with --home, or a PostgreSQL by MLL_DATABASE_URL."
        raise InvalidParameter(what, hint=hint)
