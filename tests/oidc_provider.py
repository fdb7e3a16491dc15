"""A small OpenID provider on loopback: real codes, real keys, one person at a time."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Header, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "workbench", "provider-canary-5d21"


@dataclass
class House:
    """Who presses the button at the provider, and what was handed out."""

    claims: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    tokens: int = 0


def application(house: House) -> FastAPI:
    """The provider."""
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def about() -> dict[str, Any]:
        return {
            "issuer": house.url,
            "authorization_endpoint": f"{house.url}/authorize",
            "token_endpoint": f"{house.url}/token",
            "jwks_uri": f"{house.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    @app.get("/jwks")
    def keys() -> dict[str, Any]:
        return {"keys": [house.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(
        client_id: str, redirect_uri: str, state: str, nonce: str, code_challenge: str
    ) -> HTMLResponse:
        if client_id != CLIENT:
            raise HTTPException(400)
        code = secrets.token_urlsafe(16)
        house.codes[code] = {"nonce": nonce, "challenge": code_challenge, "uri": redirect_uri}
        query = urlencode({"code": code, "state": state})
        return HTMLResponse(f'<a href="/go?{urlencode({"to": f"{redirect_uri}?{query}"})}">Yes</a>')

    @app.get("/go")
    def go(to: str) -> RedirectResponse:
        return RedirectResponse(to, 302)

    @app.post("/token")
    def token(
        code: str = Form(),
        redirect_uri: str = Form(),
        code_verifier: str = Form(),
        authorization: str = Header(),
    ) -> dict[str, Any]:
        known = house.codes.pop(code, None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        wanted = {"challenge": challenge, "uri": redirect_uri}
        if authorization != f"Basic {basic}" or not known or not wanted.items() <= known.items():
            raise HTTPException(401)
        moment = int(time.time())
        times = {"iat": moment, "exp": moment + 300}
        claims = {"iss": house.url, "aud": CLIENT, "nonce": known["nonce"], **times, **house.claims}
        house.tokens += 1
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, house.key)
        return {"access_token": "x" * 20, "token_type": "Bearer", "id_token": signed}

    return app


@contextmanager
def provider() -> Iterator[House]:
    """The provider, answering on loopback until the block ends."""
    house = House()
    config = uvicorn.Config(application(house), port=0, log_level="critical", ws="none")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    house.url = f"http://localhost:{running.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield house
    finally:
        running.should_exit = True
        thread.join()
