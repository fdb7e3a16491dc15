"""Files by their web address."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Literal

from mll_core.domain.connector import Connector, Progress, ReadOptions, quiet


class WebFile(Connector):
    """A file by its web address: delimited text, also packed with gzip, or Parquet.

    Fetched anew with each reading. Hosts of one's own network are refused unless whoever runs the
    workbench allows them.
    """

    label: ClassVar[str] = "File on the web"
    endings: ClassVar[tuple[str, ...]] = ("https://", "http://")
    kind: Literal["web_file"] = "web_file"

    @classmethod
    def reads(cls, source: str) -> bool:
        return source.lower().startswith(cls.endings)

    def write(
        self, source: str, options: ReadOptions, parquet: Path, progress: Progress = quiet
    ) -> str:
        from mll_core.infra import safe_reader, web_content
        from mll_core.infra.fetch import Fetcher

        with TemporaryDirectory(dir=parquet.parent, prefix="web-") as folder:
            fetched = Fetcher().get(source, Path(folder), progress)
            kind, file = web_content.judged(fetched.path, fetched.media_type)
            understood = safe_reader.read(kind, [file], parquet, options, progress)
        how = "" if fetched.protected else " without protection (http)"
        return f"Fetched from {fetched.host}{how}: {understood}"
