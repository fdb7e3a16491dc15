"""Other people's files, read in a cage: a file may crash its reader, not the workbench."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from mll_core.domain.connector import Progress, ReadOptions, quiet
from mll_core.domain.errors import MllError, NoRoom, UnreadableSource
from mll_core.infra import cage, text_bytes
from mll_core.infra.files import SPARE

Kind = Literal["text", "parquet"]
SECONDS = 4 * 3600.0


def read(
    kind: Kind,
    files: Sequence[Path],
    parquet: Path,
    options: ReadOptions | None = None,
    progress: Progress = quiet,
) -> str:
    """Write ``files`` to ``parquet``; how they were understood. Raises UnreadableSource, NoRoom."""
    for file in files:
        text_bytes.refuse_absent(file)
    memory = cage.memory()
    task = cage.Task(
        call="mll_core.infra.safe_reader:inside",
        values={
            "kind": kind,
            "files": [str(file.absolute()) for file in files],
            "parquet": str(parquet.absolute()),
            "options": (options or ReadOptions()).to_json(),
            "memory": memory // 2,
        },
        readable=tuple(files),
        writable=(parquet.parent,),
    )
    written = max(SPARE, shutil.disk_usage(parquet.parent).free - SPARE)
    try:
        return str(cage.run(task, cage.Limits(memory, SECONDS, written), progress))
    except cage.Broken as broken:
        raise _refusal(files, broken.why) from broken
    finally:
        for copy in parquet.parent.glob(f"{parquet.stem}.*.txt"):
            copy.unlink(missing_ok=True)


def inside(
    *,
    kind: Kind,
    files: Sequence[str],
    parquet: str,
    options: dict[str, object],
    memory: int,
    progress: Progress,
) -> str:
    """The same, in the cage. ``memory``: bytes from which the engine spills to the disk."""
    from mll_core.infra import reader, warehouse

    warehouse.connect().execute(f"SET GLOBAL memory_limit = '{memory} B'")
    paths, out = [Path(file) for file in files], Path(parquet)
    if kind == "parquet":
        return reader.read_parquet(paths, out, progress)
    return reader.read_text(paths, ReadOptions.model_validate(options), out, progress)


def _refusal(files: Sequence[Path], why: str) -> MllError:
    name = repr(files[0].name) if len(files) == 1 else f"One of {len(files)} files"
    match why:
        case "memory":
            what = f"{name} needs more memory than reading may take."
            return NoRoom(what, hint="Close other work first, or read fewer columns.")
        case "time":
            what = f"{name} was not read within {SECONDS / 3600:g} hours."
            return UnreadableSource(what, hint="Split it into several files.")
        case "bug":
            what = f"{name} cannot be read; the log says why."
            return UnreadableSource(what, hint="Export the table again, as CSV in UTF-8.")
    what = f"{name} crashed its reader: it is damaged, or needs more memory than there is."
    return UnreadableSource(what, hint="Export the table again, as CSV in UTF-8.")
