"""Compressed JSON of many rows, written and read row by row: their text is never in memory as a whole."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

#: Bytes of text that are read at a time, and rows whose text is written at a time.
_CHUNK, _ROWS = 1 << 16, 500

_decoder = json.JSONDecoder()


def pack_list(rows: Iterable[object]) -> bytes:
    """A list, as zlib.compress(json.dumps(list(rows)).encode()) would give it to a reader."""
    return _packed("[", map(json.dumps, rows), "]")


def pack_mapping(values: Mapping[str, object]) -> bytes:
    """The same for a mapping of texts."""
    return _packed("{", (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in values.items()), "}")


def unpack_list(packed: bytes) -> Iterator[Any]:
    """The rows of a list, one after the other. Raises ValueError for anything else."""
    text = _Text(packed)
    text.require("[")
    while not text.ends("]"):
        yield text.value()


def unpack_mapping(packed: bytes) -> Iterator[tuple[str, Any]]:
    """The keys of a mapping, each with its value. Raises ValueError for anything else."""
    text = _Text(packed)
    text.require("{")
    while not text.ends("}"):
        key = text.value()
        text.require(":")
        yield key, text.value()


def _packed(opening: str, rows: Iterator[str], closing: str) -> bytes:
    compressor = zlib.compressobj()
    parts, waiting = [compressor.compress(opening.encode())], []
    comma = ""
    for row in rows:
        waiting.append(row)
        if len(waiting) == _ROWS:
            parts.append(compressor.compress((comma + ", ".join(waiting)).encode()))
            waiting, comma = [], ", "
    last = (comma + ", ".join(waiting) if waiting else "") + closing
    return b"".join((*parts, compressor.compress(last.encode()), compressor.flush()))


class _Text:
    """The text of a packed value, of which only what has not been read is in memory."""

    def __init__(self, packed: bytes) -> None:
        self._decompressor, self._rest = zlib.decompressobj(), packed
        self._text, self._at = "", 0

    def require(self, sign: str) -> None:
        """Pass over one sign. Raises ValueError where another one stands."""
        if self._next() != sign:
            raise ValueError(f"{self._text[self._at : self._at + 40]!r} in packed JSON; expected {sign!r}")
        self._at += 1

    def ends(self, sign: str) -> bool:
        """Pass over the sign that ends the value, or over a comma; False if a row follows."""
        if self._next() == sign:
            return True
        if self._next() == ",":
            self._at += 1
        return False

    def value(self) -> Any:
        """The next whole value."""
        self._next()
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            # A number that ends with the text that was read may go on in the rest.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return value

    def _next(self) -> str:
        """The next sign that is no blank; '' at the end."""
        while True:
            while self._at < len(self._text):
                if not (sign := self._text[self._at]).isspace():
                    return sign
                self._at += 1
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read more text; False at the end."""
        read = self._decompressor.decompress(self._rest, _CHUNK)
        self._rest = self._decompressor.unconsumed_tail
        if read:
            self._text, self._at = self._text[self._at :] + read.decode("ascii"), 0
        return bool(read)
