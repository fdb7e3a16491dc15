"""An event loop that takes one new connection at a time, so that the other workers get theirs."""

import asyncio
import sys
from typing import Any


class FairLoop(asyncio.SelectorEventLoop):
    """asyncio's own takes all connections that wait: then one worker answers and the rest idle."""

    def _accept_connection(  # one that Python renames would only be unfair again
        self, factory: Any, sock: Any, sslcontext: Any = None, server: Any = None, *more: Any
    ) -> None:
        _, *rest = more or (None,)  # how many it would take
        accept = super()._accept_connection  # type: ignore[misc]
        accept(factory, sock, sslcontext, server, 1, *rest)


def name() -> str:
    """What uvicorn calls it; Windows keeps its own loop."""
    return "auto" if sys.platform == "win32" else f"{__name__}:{FairLoop.__name__}"
