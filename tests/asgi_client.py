"""An HTTP client that calls an application in this process."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI


class Client:
    """Sends one request after another; a bug in the application is its own answer."""

    def __init__(self, app: FastAPI) -> None:
        self.headers: dict[str, str] = {}
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def request(self, method: str, address: str, **more: Any) -> httpx.Response:
        """The answer to one request."""

        async def send() -> httpx.Response:
            client = httpx.AsyncClient(
                transport=self._transport, base_url="http://localhost", headers=self.headers
            )
            async with client:
                return await client.request(method, address, **more)

        return asyncio.run(send())

    def get(self, address: str, **more: Any) -> httpx.Response:
        """The answer to a GET."""
        return self.request("GET", address, **more)

    def post(self, address: str, **more: Any) -> httpx.Response:
        """The answer to a POST."""
        return self.request("POST", address, **more)
