"""The secrets of sources: kept encrypted in the keys folder, or given by the environment.

A secret belongs to one host, so that nobody can have it sent to another.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import platformdirs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mll_core.domain.errors import Forbidden, NotFound, Untrusted
from mll_core.domain.secret import Secret
from mll_core.domain.source_address import REFERENCE, check_name
from mll_core.infra import files
from mll_core.infra.addresses import plain_host
from mll_core.infra.locks import held

ENVIRONMENT = "MLL_SECRET_"
"""``MLL_SECRET_<NAME>``, and ``MLL_SECRET_<NAME>_HOST`` for the host it belongs to."""
_NONCE = 12


class SecretStore:
    """Names, hosts and encrypted values in ``secrets.json``, the key beside it (both 0600)."""

    def __init__(self, folder: Path | None = None) -> None:
        own = os.environ.get("MLL_KEYS") or platformdirs.user_config_path("mll")
        self._folder = folder or Path(own)
        self._file = self._folder / "secrets.json"

    def names(self) -> Mapping[str, str]:
        """The names of all kept secrets, each with its host."""
        return {name: entry["host"] for name, entry in sorted(self._entries().items())}

    def keep(self, name: str, value: Secret, host: str) -> None:
        """Keep a secret for ``host``, in the place of one with the same name.

        Raises InvalidParameter, NoRoom.
        """
        host, nonce = plain_host(host), secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._key()).encrypt(
            nonce, value.reveal().encode(), _bound(check_name(name), host)
        )
        entry = {"host": host, "value": base64.b64encode(nonce + sealed).decode()}
        with self._alone():
            self._write({**self._entries(), name: entry})

    def remove(self, name: str) -> None:
        """Forget a secret. Raises NotFound."""
        with self._alone():
            entries = self._entries()
            if name not in entries:
                raise NotFound.named("secret", name, entries)
            self._write({key: entry for key, entry in entries.items() if key != name})

    def reveal(self, name: str, host: str) -> Secret:
        """The secret for ``host``; the environment's before a kept one.

        Raises NotFound, Forbidden when it belongs to another host, Untrusted when it was changed.
        """
        variable = ENVIRONMENT + check_name(name).upper().replace("-", "_")
        if variable in os.environ:
            found, its = Secret(os.environ[variable]), os.environ.get(f"{variable}_HOST", "")
            hint = f"Set {variable}_HOST to the host it belongs to."
        else:
            found, its = self._kept(name)
            hint = f"Keep another one for it: mll secret set NAME --host {host}."
        if its.lower() != host:
            what = f"The secret {name!r} belongs to {its or 'no host yet'}, not to {host}."
            raise Forbidden(what, hint=hint)
        return found

    def _kept(self, name: str) -> tuple[Secret, str]:
        entries = self._entries()
        if name not in entries:
            known = f"Known are: {', '.join(entries)}." if entries else "None is kept yet."
            hint = f"Keep it with: mll secret set {name} --host HOST. {known}"
            raise NotFound(f"There is no secret {name!r}.", hint=hint)
        host = str(entries[name]["host"])
        sealed = base64.b64decode(entries[name]["value"])
        try:
            opened = AESGCM(self._key()).decrypt(
                sealed[:_NONCE], sealed[_NONCE:], _bound(name, host)
            )
        except InvalidTag as error:
            hint = f"Keep it again: mll secret set {name} --host {host}."
            raise Untrusted(f"The secret {name!r} does not fit its key.", hint=hint) from error
        return Secret(opened.decode()), host

    def _entries(self) -> dict[str, dict[str, str]]:
        if not self._file.exists():
            return {}
        found: dict[str, dict[str, str]] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def _write(self, entries: Mapping[str, Mapping[str, str]]) -> None:
        files.write_text(self._file, json.dumps(entries, indent=1), mode=0o600)

    def _alone(self) -> AbstractContextManager[None]:
        return held(self._folder / "secrets.lock", what="A change of secrets", patience=5.0)

    def _key(self) -> bytes:
        path = self._folder / "secrets.key"
        if not path.exists():
            files.write_new(path, secrets.token_hex(32), mode=0o600)
        return bytes.fromhex(path.read_text(encoding="ascii"))


def filled(text: str, host: str, spell: Callable[[str], str] = str) -> Secret:
    """``text`` with the secrets it names, spelled by ``spell``; they must belong to ``host``.

    Raises as ``reveal``.
    """
    store = SecretStore()
    return Secret(REFERENCE.sub(lambda found: spell(store.reveal(found[1], host).reveal()), text))


def _bound(name: str, host: str) -> bytes:
    return f"{name}\n{host}".encode()
