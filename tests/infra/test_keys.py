import os
from pathlib import Path

import pytest

from mll_core.domain.errors import Untrusted
from mll_core.infra import keys

posix = pytest.mark.skipif(os.name != "posix", reason="Windows keeps other rights")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys" / "signing.key"


@posix
def test_the_key_is_made_once_for_its_owner_alone(path: Path) -> None:
    first = keys.signing_key()
    assert len(first) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.signing_key() == first


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o666])
def test_a_key_that_others_can_read_or_change_is_refused(path: Path, mode: int) -> None:
    keys.signing_key()
    path.chmod(mode)
    with pytest.raises(Untrusted, match="Others on this machine") as caught:
        keys.signing_key()
    assert f"chmod 600 {path}" in caught.value.hint
    path.chmod(0o600)
    assert keys.signing_key()


@pytest.mark.parametrize("text", ["", "zz", "abcd", "00" * 31])
def test_what_is_no_key_is_said_to_be_none(path: Path, text: str) -> None:
    keys.signing_key()
    path.chmod(0o600)
    path.write_text(text)
    with pytest.raises(Untrusted, match="is not the key"):
        keys.signing_key()
