"""The security headers of every answer, and what only an operator should see: shut."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.server.refusal import refuse

SHUT = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
PLAIN = {
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"accelerometer=(), camera=(), display-capture=(), geolocation=(), "
    b"gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), "
    b"usb=(), xr-spatial-tracking=()",
}
POLICY = (
    "default-src 'none'",
    "script-src 'self'{inline}",
    "style-src 'self' 'unsafe-inline'",  # the pages' styles are made by script, without a nonce
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "media-src 'self' blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)


@cache
def policy() -> bytes:
    """What a page may load: its own files, and of scripts in the page the one Streamlit brings."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    own = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in own]
    inline = "".join(f" 'sha256-{digest}'" for digest in digests)
    return "; ".join(POLICY).format(inline=inline).encode()


class Headers:
    """Adds the security headers to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                wanted = {b"content-security-policy": policy(), **PLAIN}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in wanted.items() if pair[0] not in names),
                ]
            await send(message)

        if scope["path"].startswith(SHUT):
            await refuse(scope, receive, guarded, 404, "There is nothing here.")
            return
        await self._app(scope, receive, guarded)
