"""What the storage behind a collection can compute: `--checksums NAME=WORDS`."""

from __future__ import annotations

from dataclasses import dataclass

from loopback_globus.engine.checksum import ALGORITHMS, algorithm_name

_ANY, _STORED = "any-is-", "stored"


@dataclass(frozen=True)
class Checksums:
    """The checksums of one collection.

    algorithms : those that it computes; a file for which another one is asked is not finished
    always     : the algorithm that it answers by, whatever is asked; '' for the one that is asked
    stored     : it answers what it once computed, until a transfer writes the file again
    """

    algorithms: frozenset[str] = frozenset(ALGORITHMS)
    always: str = ""
    stored: bool = False

    @classmethod
    def parse(cls, words: str) -> Checksums:
        """Read words with commas: algorithms, `any-is-MD5`, `stored`. raises : ValueError, which names the word."""
        known, always, stored = set[str](), "", False
        for word in words.split(","):
            name = algorithm_name(word.removeprefix(_ANY))
            if word == _STORED:
                stored = True
            elif name is None:
                raise ValueError(
                    f"{word!r} is unknown; expected {', '.join(ALGORITHMS)}, any-is-MD5 or stored"
                )
            elif word.startswith(_ANY):
                always = name
            else:
                known.add(name)
        return cls(frozenset(known or ALGORITHMS), always, stored)
