"""The connections of people: an address has so many of them, and is told when it has too many."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from mll_core.service.protocol import Deadline, leave


class Visit(Deadline):
    """The service's protocol, for people: its refusals are sentences."""

    most_local = 512
    kind = b"text/plain; charset=utf-8"

    def told(self, problem: str, hint: str) -> bytes:
        """The body of a refusal."""
        return f"{problem} {hint}\n".encode()


class Live(WebSocketsSansIOProtocol):
    """The WebSocket of an open page: it takes over a connection that ``Visit`` has counted."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it as gone."""
        leave(str((self.transport.get_extra_info("peername") or ("",))[0]))
        super().connection_lost(exc)
