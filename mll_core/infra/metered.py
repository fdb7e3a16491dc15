"""A connection whose bytes and seconds are counted, so that no server can hold us for ever."""

import io
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import UnreadableSource
from mll_core.infra.addresses import Place

_POLL = 0.5


@dataclass(frozen=True)
class Patience:
    """How long and how much a server may take: seconds, bytes, bytes per second."""

    connect: float = 5.0
    stalled: float = 60.0
    free: float = 60.0
    """Seconds before a slow server is cut off."""
    slowest: float = 20_000.0
    """Bytes per second that it must send on the whole after that."""
    most: int = 4 << 30


@dataclass
class Meter:
    """What one source has taken, over all its redirects."""

    patience: Patience
    progress: Progress = quiet
    received: int = 0
    started: float = field(default_factory=time.monotonic)

    def count(self, size: int) -> None:
        """Note ``size`` more bytes. Raises UnreadableSource over a cap, as ``progress``."""
        self.received += size
        if self.received > self.patience.most:
            most = self.patience.most
            shown = f"{most >> 20:,} MB" if most >> 20 else f"{most:,} bytes"
            hint = "Fetch it yourself, look at it, and give the file."
            raise UnreadableSource(f"The answer is larger than {shown}.", hint=hint)
        allowed = self.patience.free + self.received / self.patience.slowest
        if time.monotonic() - self.started > allowed:
            raise too_slow(f"it sent {self.received:,} bytes in {allowed:.0f} seconds")
        self.progress(0.05, f"Fetching: {self.received / 1e6:,.1f} MB")


def too_slow(how: str) -> UnreadableSource:
    """A server that does not answer in time; ``how`` in words."""
    return UnreadableSource(f"The server is too slow: {how}.", hint="Try again later.")


class Wire:
    """What ``http.client`` needs of a socket, with every byte read through a meter."""

    def __init__(self, connection: socket.socket, meter: Meter) -> None:
        self._connection, self._meter = connection, meter

    def makefile(self, mode: str) -> io.BufferedReader:
        """What the server sends."""
        return io.BufferedReader(_Metered(self._connection, self._meter), 1 << 16)

    def sendall(self, content: bytes) -> None:
        """Say ``content``."""
        self._connection.sendall(content)

    def close(self) -> None:
        """Nothing: what the server still has to say is read first."""


class _Metered(io.RawIOBase):
    def __init__(self, connection: socket.socket, meter: Meter) -> None:
        self._connection, self._meter = connection, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        stalled = time.monotonic() + self._meter.patience.stalled
        while time.monotonic() < stalled:
            try:
                size = self._connection.recv_into(buffer)
            except TimeoutError:
                self._meter.count(0)  # Stop works while a server is silent
                continue
            self._meter.count(size)
            return size
        raise too_slow(f"silent for {self._meter.patience.stalled:.0f} seconds")


@contextmanager
def connected(place: Place, meter: Meter, tls: ssl.SSLContext | None) -> Iterator[Wire]:
    """A connection to the checked address; a certificate must be for the host's name.

    Raises UnreadableSource when there is no connection in time or the certificate is wrong.
    """
    patience = meter.patience
    try:
        plain = socket.create_connection((place.address, place.port), patience.connect)
    except OSError as error:
        raise no_answer(place, error) from error
    try:
        wire = tls.wrap_socket(plain, server_hostname=place.host) if tls else plain
    except OSError as error:
        plain.close()
        if isinstance(error, ssl.SSLCertVerificationError):
            what = f"{place.host} cannot prove who it is: {error.verify_message}."
            raise UnreadableSource(what, hint="Check the address; tell whoever runs it.") from error
        raise no_answer(place, error) from error
    with wire:
        wire.settimeout(min(_POLL, patience.stalled))
        yield Wire(wire, meter)


def no_answer(place: Place, error: OSError) -> UnreadableSource:
    """Nobody is there, or not in time."""
    why = "not in time" if isinstance(error, TimeoutError) else "it refuses or breaks off"
    hint = "Check the address and the network, then try again."
    return UnreadableSource(f"{place.host}:{place.port} does not answer: {why}.", hint=hint)
