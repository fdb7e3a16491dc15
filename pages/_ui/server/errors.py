"""What goes wrong in the server becomes an id for people and a traceback for the log."""

import logging
from uuid import uuid4

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("mll.pages")


class Errors:
    """Answers 500 with the id under which the log has the traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or WebSocket."""
        began = False

        async def told(message: Message) -> None:
            nonlocal began
            began = began or message["type"] in ("http.response.start", "websocket.accept")
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:
            number = uuid4().hex[:8]
            log.exception("error %s: %s", number, scope.get("path", scope["type"]))
            if scope["type"] == "lifespan" or began:
                raise
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011, "reason": f"Error {number}"})
                return
            said = f"Something went wrong inside the workbench. Error {number}; its details are in "
            answer = PlainTextResponse(said + "the workspace's log.\n", 500)
            await answer(scope, receive, send)
