import errno
from contextlib import nullcontext
from pathlib import Path

import pytest

from mll_core.domain.errors import NoRoom
from mll_core.infra import files


def test_a_text_is_written_whole_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    files.write_text(path, "ä", mode=0o600)
    assert path.read_text(encoding="utf-8") == "ä"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["key"]


def test_of_two_first_writers_one_wins(tmp_path: Path) -> None:
    for text in ("one", "two"):
        files.write_new(tmp_path / "key", text, mode=0o600)
    assert (tmp_path / "key").read_text() == "one"


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match="full") as caught, files.disk_errors(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert "Free some space" in caught.value.hint
    with pytest.raises(NoRoom, match="free on the disk"):
        files.need_room(tmp_path, 1 << 60)


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert files.sha256_of(tmp_path / "a") == known


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "none on this disk"])
def test_the_first_to_name_a_file_keeps_the_name(tmp_path: Path, links: bool) -> None:
    path = tmp_path / "key"
    for text in ("first", "second"):
        temporary = tmp_path / f".{text}"
        temporary.write_text(text)
        with nullcontext() if text == "first" else pytest.raises(FileExistsError):
            files._name_if_free(temporary, path, links=links)
    assert path.read_text() == "first"
