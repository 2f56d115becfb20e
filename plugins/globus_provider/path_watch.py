"""Whether a path exists as it is waited for: the one look that a sensor and its trigger share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from globus_provider.errors import GlobusNoCollectionError, GlobusNotFoundError, GlobusRequestError

if TYPE_CHECKING:
    from globus_provider.hooks.globus import GlobusHook

KINDS = ("file", "dir")
#: What a look returns of a path's document.
_KEYS = ("name", "type", "size", "last_modified")


@dataclass(frozen=True, slots=True)
class PathWatch:
    """A path that is waited for.

    kind         : "file" or "dir"; None for either
    minimum_size : bytes, of a file
    """

    collection: str
    path: str
    kind: str | None = None
    minimum_size: int = 0

    @classmethod
    def of(cls, *, collection: str, path: str, kind: str | None, minimum_size: int | str) -> PathWatch:
        """Read values that templates have made texts. Raises GlobusRequestError, with the argument's name."""
        kind = None if kind in (None, "", "None") else kind
        try:
            require_kind(kind)
        except ValueError as error:
            raise GlobusRequestError(str(error)) from None
        try:
            size = int(minimum_size)
        except (TypeError, ValueError):
            raise GlobusRequestError(f"minimum_size is {minimum_size!r}; expected bytes") from None
        return cls(collection, path, kind, size)

    def look(self, hook: GlobusHook) -> dict[str, Any] | None:
        """What stands there, if it is what is waited for; else None."""
        try:
            document = hook.stat(collection=self.collection, path=self.path)
        except GlobusNoCollectionError:
            raise
        except GlobusNotFoundError:
            return None
        if self.kind not in (None, document.get("type")):
            return None
        if document.get("type") == "file" and (document.get("size") or 0) < self.minimum_size:
            return None
        return {key: document.get(key) for key in _KEYS}


def require_kind(kind: str | None, *, templated: bool = False) -> None:
    """Raise ValueError for a kind that is unknown.

    templated : a template, which is not filled in yet, passes
    """
    if kind is None or kind in KINDS or (templated and "{{" in str(kind)):
        return
    raise ValueError(f"kind is {kind!r}; expected 'file', 'dir' or None")
