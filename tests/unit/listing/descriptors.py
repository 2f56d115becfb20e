"""Which files below a folder this process holds open: other tests' threads open and close their own meanwhile."""

from pathlib import Path


def open_below(folder: Path) -> list[Path]:
    """What the descriptors of this process point at, of what is in the folder."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = descriptor.readlink()
        except FileNotFoundError:
            continue  # closed since it was listed
        if target.is_relative_to(folder):
            found.append(target)
    return found
