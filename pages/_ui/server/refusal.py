"""Turning a request or a WebSocket away, with one sentence."""

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, said: str) -> None:
    """Answer with ``said``; a WebSocket is never opened, its handshake is answered with 403."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": said[:120]})
        return
    # The rest of the body is not read, so the line cannot be used again.
    headers = {"Connection": "close", "Cache-Control": "no-store"}
    await PlainTextResponse(said + "\n", status, headers)(scope, receive, send)


def header(scope: Scope, name: bytes) -> str | None:
    """The value of a request's header; two of one name count as none that can be trusted: empty."""
    found = [value for key, value in scope["headers"] if key.lower() == name]
    if not found:
        return None
    return found[0].decode("latin-1") if len(found) == 1 else ""
