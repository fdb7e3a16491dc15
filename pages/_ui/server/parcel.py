"""A form with a file, read while it comes: nothing but its short fields is held in memory."""

import time
from collections.abc import Callable

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from pages._ui.server.incoming import Incoming, Unwanted

LONGEST = 2_000
"""Bytes of a field that is not the file."""
DRAIN = 3.0
"""Seconds in which the rest of a file that is not taken may still come: a browser shows an answer
only when it could send what it had."""
NO_FORM = "This is not the form of this page. Open it again."


class Parcel:
    """The fields of a form, and its one file, which must come last.

    ``begin`` is asked with the fields for a place before the first byte of the file is taken.
    """

    def __init__(self, begin: Callable[[dict[str, str]], Incoming]) -> None:
        self.fields: dict[str, str] = {}
        self.coming: Incoming | None = None
        self._make = begin
        self._header, self._value, self._said = b"", b"", b""
        self._name, self._text = "", b""
        self._is_file = self._whole = False

    async def read(self, request: Request) -> None:
        """Take it all in. Raises Unwanted, ClientDisconnect."""
        kind, options = parse_options_header(request.headers.get("content-type"))
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Unwanted(400, NO_FORM)
        refused = await self._parse(request, options[b"boundary"])
        if refused is not None:
            raise refused
        if not self._whole or self.coming is None:
            raise Unwanted(400, "The form ended before its file did; nothing was kept.")

    async def _parse(self, request: Request, boundary: bytes) -> Unwanted | None:
        """Read to the end, or to where it is refused and a little on; why it is refused."""
        callbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._on_header,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._on_end,
            "on_end": self._on_whole,
        }
        refused, until = None, 0.0
        try:
            parser = MultipartParser(boundary, callbacks)
        except FormParserError:
            return Unwanted(400, NO_FORM)
        async for chunk in request.stream():
            try:
                if refused is None:
                    parser.write(chunk)
                elif time.monotonic() > until:
                    break
            except (Unwanted, FormParserError) as error:
                refused = error if isinstance(error, Unwanted) else Unwanted(400, NO_FORM)
                until = time.monotonic() + DRAIN
        return refused

    def _begin(self) -> None:
        self._said, self._text = b"", b""

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._said = self._value
        self._header, self._value = b"", b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._said)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options
        if not self._is_file:
            return
        name = options[b"filename"].decode("utf-8", "replace")
        if not name:
            raise Unwanted(400, "Choose a file first.")
        if self.coming is not None:
            raise Unwanted(400, "Bring one file at a time; nothing was kept.")
        self.coming = self._make(self.fields)
        self.coming.begin(name)

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file and self.coming is not None:
            self.coming.write(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > LONGEST:
            raise Unwanted(400, NO_FORM)

    def _on_end(self) -> None:
        if not self._is_file:
            self.fields[self._name] = self._text.decode("utf-8", "replace")

    def _on_whole(self) -> None:
        self._whole = True
