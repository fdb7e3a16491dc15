"""The key of this installation: made once, readable by its owner only, outside the workspace."""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

import platformdirs

from mll_core.infra import files


def signing_key() -> bytes:
    """What models are signed with."""
    folder = Path(os.environ.get("MLL_KEYS") or platformdirs.user_config_path("mll"))
    path = folder / "signing.key"
    if not path.exists():
        files.write_new(path, secrets.token_hex(32), mode=0o600)
    return bytes.fromhex(path.read_text(encoding="ascii"))


def pseudonym(value: Any) -> str:
    """A code for a person's value: the same for the same value, of no use without the key.

    HMAC-SHA256 of the value as JSON, under a key derived for this purpose alone.
    """
    key = hmac.new(signing_key(), b"pseudonyms of people", hashlib.sha256).digest()
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
