"""Progress for people at a terminal."""

import sys
import time


class Teller:
    """A Progress that tells on stderr, one line a second at most."""

    def __init__(self) -> None:
        self._last = 0.0
        self._said = ""

    def __call__(self, share: float, message: str) -> None:
        """Tell how far the work is, unless that was said just now."""
        if message != self._said and time.monotonic() - self._last > 1:
            print(f"{share:4.0%} {message}", file=sys.stderr, flush=True)
            self._last, self._said = time.monotonic(), message
