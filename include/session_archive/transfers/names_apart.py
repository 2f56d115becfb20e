"""Names of one data set that its destination may take for one, since nobody has looked. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from session_archive.naming.kept_names import KeptNames


def not_known_apart(paths: Iterable[str], kept: KeptNames, *, listed: Collection[str] = ()) -> dict[str, str]:
    """Path -> in what it differs from another one, for each that the place is neither known to keep apart nor to lose.

    kept   : what is known of the place
    listed : paths that the place lists already, each with its own name
    """
    paths = tuple(paths)
    lost = kept.alike(paths)
    at_worst = KeptNames(case=kept.case is True, normalisation=kept.normalisation is True).alike(paths)
    return {path: why for path, why in at_worst.items() if path not in lost and path not in listed}


def unknown_words(difference: str, place: str) -> str:
    """Why files with such names are not sent yet, and what to do."""
    return (
        f"{difference}, and whether {place} keeps them apart is not known: not sent until `session-archive doctor "
        "--transfer` (for a scratch place with --scratch NAME) has tried it, or one of them is renamed"
    )
