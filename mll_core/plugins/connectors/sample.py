"""The gallery of samples."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Literal

from mll_core.domain.connector import Connector, Progress, ReadOptions, quiet
from mll_core.domain.errors import NotFound


class Sample(Connector):
    """A sample of the gallery by its name, ``sample:churn``: seeded, so always the same rows."""

    label: ClassVar[str] = "Sample from the gallery"
    endings: ClassVar[tuple[str, ...]] = ("sample:",)
    kind: Literal["sample"] = "sample"

    @classmethod
    def reads(cls, source: str) -> bool:
        return source.startswith(cls.endings)

    def write(
        self, source: str, options: ReadOptions, parquet: Path, progress: Progress = quiet
    ) -> str:
        from data.gallery import SAMPLES, write
        from mll_core.infra import reader

        name = source.removeprefix("sample:")
        if name not in SAMPLES:
            raise NotFound.named("sample", name, SAMPLES)
        sample = SAMPLES[name]
        with TemporaryDirectory(dir=parquet.parent, prefix="sample-") as folder:
            progress(0.0, f"Making the sample {sample.title}")
            file = write(name, Path(folder))
            if file.suffix == ".parquet":
                read = reader.read_parquet([file], parquet, progress)
            else:
                read = reader.read_text([file], ReadOptions(), parquet, progress)
        return f"Sample {sample.title}: {read}"
