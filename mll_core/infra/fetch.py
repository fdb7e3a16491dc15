"""Files from the web: the checked address, few redirects, capped bytes and time, onto the disk."""

import base64
import http.client
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import MllError, UnreadableSource
from mll_core.infra import addresses, files
from mll_core.infra.addresses import Resolve
from mll_core.infra.metered import Meter, Patience, Wire, connected, no_answer
from mll_core.infra.secret_store import filled
from mll_core.infra.web_address import WebAddress, follow, parse

USUAL_PORTS = (443, 80, 8443)
MOST_REDIRECTS = 3
_LEADS_ON = (301, 302, 303, 307, 308)
_OK = 200
_BLOCK = 1 << 18
PATIENCE = Patience()


@dataclass(frozen=True)
class Fetched:
    """A file from the web. ``kind``: text, parquet; ``protected``: no hop was plain http."""

    path: Path
    size: int
    host: str
    protected: bool
    media_type: str


@dataclass(frozen=True)
class Fetcher:
    """Gets one file. ``resolve`` and ``tls`` are the machine's own when None.

    The environment's proxies are never used: they would connect somewhere unchecked.
    """

    patience: Patience = PATIENCE
    resolve: Resolve | None = None
    tls: ssl.SSLContext | None = None

    def get(self, url: str, folder: Path, progress: Progress = quiet) -> Fetched:
        """Write what ``url`` names into ``folder``.

        Raises InvalidParameter, Forbidden, UnreadableSource, NoRoom, Stopped.
        """
        here, meter, protected = parse(url), Meter(self.patience, progress), True
        for hop in range(MOST_REDIRECTS + 1):
            protected = protected and here.scheme == "https"
            found = self._ask(here, meter, folder, first=hop == 0)
            if isinstance(found, str):
                here = follow(here, found)
                continue
            path, media_type = found
            return Fetched(path, path.stat().st_size, here.host, protected, media_type)
        hint = "Give the final address itself."
        raise UnreadableSource(f"More than {MOST_REDIRECTS} redirects.", hint=hint)

    def _ask(
        self, here: WebAddress, meter: Meter, folder: Path, *, first: bool
    ) -> str | tuple[Path, str]:
        """Where a redirect leads, else the file and its media type."""
        place = addresses.find(here.host, here.port, ports=USUAL_PORTS, resolve=self.resolve)
        tls = (self.tls or ssl.create_default_context()) if here.scheme == "https" else None
        target, headers = _filled(here) if first else (here.target, {})
        with connected(place, meter, tls) as wire:
            try:
                answer = _request(here, wire, target, headers)
                if answer.status in _LEADS_ON:
                    return answer.headers.get("Location") or _no_place(here)
                if answer.status != _OK:
                    raise _refused(here, answer.status)
                return _stored(here, answer, meter, folder), _media_type(answer)
            except (http.client.HTTPException, ValueError, OSError) as error:
                raise _broken(here, error) from error


def _filled(here: WebAddress) -> tuple[str, dict[str, str]]:
    """What is asked, and headers, with secrets: only for the address that a person gave."""
    target = filled(here.target, here.host, lambda value: quote(value, safe="")).reveal()
    if not (here.user or here.password):
        return target, {}
    both = filled(f"{here.user}:{here.password}", here.host).reveal()
    return target, {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}


def _request(
    here: WebAddress, wire: Wire, target: str, more: dict[str, str]
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(here.host, here.port)
    connection.sock = wire
    connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
    headers = {
        "Host": here.authority,
        "User-Agent": "mll-workbench",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    for name, value in {**headers, **more}.items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection.getresponse()


def _stored(here: WebAddress, answer: http.client.HTTPResponse, meter: Meter, folder: Path) -> Path:
    """The body on the disk, as long as was promised; packed bodies stay packed."""
    packing = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", "x-gzip", ""):
        hint = "Fetch it yourself and give the file."
        raise UnreadableSource(f"{here.host} packed its answer as {packing[:20]!r}.", hint=hint)
    promised = answer.length
    if promised is not None:
        files.need_room(folder, promised)
        if promised > meter.patience.most:
            meter.count(promised)
    path = folder / (here.name or "table")
    if packing.endswith("gzip") and path.suffix.lower() != ".gz":
        path = path.with_name(f"{path.name}.gz")
    received = 0
    with files.disk_errors(folder), path.open("wb") as file:
        while block := answer.read1(_BLOCK):
            received += len(block)
            file.write(block)
            if received % (64 * _BLOCK) < len(block):
                files.need_room(folder, 0)
    if promised is not None and received != promised:
        what = f"{here.host} promised {promised:,} bytes and sent {received:,}."
        raise UnreadableSource(what, hint="The connection broke off: try again.")
    return path


def _media_type(answer: http.client.HTTPResponse) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _no_place(here: WebAddress) -> str:
    hint = "Give the final address itself."
    raise UnreadableSource(f"{here.host} leads on to nowhere.", hint=hint)


def _refused(here: WebAddress, status: int) -> MllError:
    said = {
        401: ("asks who you are", "Keep its password and write user:{secret:NAME}@host."),
        403: ("does not give it to you", "Ask for leave, or name a secret: {secret:NAME}."),
        404: ("has no such file", "Check the address and its spelling."),
        410: ("has that file no more", "Look for a newer address."),
        429: ("was asked too often", "Wait a while, then try again."),
    }
    what, hint = said.get(status, ("has a fault or gives nothing", "Try again later."))
    return UnreadableSource(f"{here.host} {what} ({status}): {here.shown}", hint=hint)


def _broken(here: WebAddress, error: Exception) -> MllError:
    if isinstance(error, OSError):
        place = addresses.Place(here.host, here.port, "", internal=False)
        return no_answer(place, error)
    what = f"{here.host} does not speak HTTP rightly, or broke off."
    return UnreadableSource(what, hint="Try again; if it stays so, fetch the file yourself.")
