"""The key of this installation: made once, readable by its owner only, outside the workspace."""

import hashlib
import hmac
import json
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from mll_core.domain.errors import Untrusted
from mll_core.infra import files

_LEAST = 32
"""Bytes of a key."""


def signing_key() -> bytes:
    """What models are signed with. Raises Untrusted when others can read or change it."""
    folder = Path(os.environ.get("MLL_KEYS") or platformdirs.user_config_path("mll"))
    path = folder / "signing.key"
    if not path.exists():
        files.write_new(path, secrets.token_hex(32), mode=0o600)
    _refuse_open(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError as error:
        raise _broken(path) from error
    if len(key) < _LEAST:
        raise _broken(path)
    return key


def _refuse_open(path: Path) -> None:
    """Whoever reads the key can sign models that run here. Windows keeps other rights."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        what = f"Others on this machine may read or change {path}, the key that signs models."
        hint = (
            f"Close it with: chmod 600 {path}. If somebody else used it, delete it and train anew."
        )
        raise Untrusted(what, hint=hint)


def _broken(path: Path) -> Untrusted:
    what = f"{path} is not the key that models were signed with."
    return Untrusted(what, hint="Put it back from a copy, or delete it and train the models again.")


def pseudonym(value: Any) -> str:
    """A code for a person's value: the same for the same value, of no use without the key.

    HMAC-SHA256 of the value as JSON, under a key derived for this purpose alone.
    """
    return _sealed("pseudonyms of people", value)


def of_log(value: Any) -> str:
    """The signature of a value as the event log's own. HMAC-SHA256 of its JSON, as above."""
    return _sealed("anchor of the event log", value)


def _sealed(purpose: str, value: Any) -> str:
    key = _derived(os.environ.get("MLL_KEYS", ""), purpose)
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@cache
def _derived(_: str, purpose: str) -> bytes:
    """The key for one purpose, read once for each place of keys."""
    return hmac.new(signing_key(), purpose.encode(), hashlib.sha256).digest()
