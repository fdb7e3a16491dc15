"""How often one client may ask, so that nobody takes the place of all others."""

import math
import os
from collections.abc import Callable
from time import monotonic

from mll_core.domain.errors import InvalidParameter
from mll_core.service.bodies import Refused

RATE = "MLL_SERVE_RATE"
USUAL = 300.0
"""Requests a second of one client to one worker; for two seconds at twice that."""
STRANGERS = 10.0
"""Requests a second without a valid token from one address."""
_BURST = 2.0
_MOST = 10_000
_NOTHING = 1e-9


class Buckets:
    """A bucket of tokens for each client: it fills at ``rate`` a second and holds two seconds'.

    Source: Turner (1986), New Directions in Communications (token bucket).
    """

    def __init__(self, rate: float, clock: Callable[[], float] = monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._full: dict[str, float] = {}  # when each will be full again; most are

    def wait(self, client: str) -> float:
        """0 when ``client`` may ask now, which is counted, else the seconds until it may."""
        now, room = self._clock(), _BURST
        full = max(self._full.get(client, 0.0), now)
        late = full + 1 / self._rate - now - room
        if late > _NOTHING:
            return late
        if len(self._full) >= _MOST:
            self._full = {name: at for name, at in self._full.items() if at > now}
            if len(self._full) >= _MOST:
                self._full.clear()
        self._full[client] = full + 1 / self._rate
        return 0.0


class Turnstile:
    """Lets clients in at their rate: by token, or by address where none is asked for."""

    def __init__(self, rate: float | None) -> None:
        self._known = Buckets(rate) if rate else None
        self._strangers = Buckets(STRANGERS)

    def enter(self, token: str | None, address: str) -> None:
        """Count a request. Raises Refused (429) when it comes too soon."""
        if self._known is not None:
            _refuse(self._known.wait(token or address))

    def stranger(self, address: str) -> None:
        """Count one without a valid token. Raises Refused (429) when it comes too soon."""
        _refuse(self._strangers.wait(address))


def rate_of(*, loopback: bool) -> float | None:
    """Requests a second of one client to one worker; None: as many as it likes.

    Without MLL_SERVE_RATE it is 300, and unlimited where only this machine can ask.
    Raises InvalidParameter.
    """
    asked = os.environ.get(RATE)
    if asked is None:
        return None if loopback else USUAL
    try:
        rate = float(asked)
    except ValueError:
        rate = math.nan
    if not 0 <= rate < math.inf:
        hint = "Set it to requests a second, or 0 for as many as come."
        raise InvalidParameter(f"{RATE} must be a number of requests a second.", hint=hint)
    return rate or None


def _refuse(wait: float) -> None:
    if wait:
        what = "Too many requests came at once."
        raise Refused(429, what, "Wait as long as Retry-After says, then go on.", wait)
