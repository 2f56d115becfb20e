"""Troubles to make oneself once the demo stands, each with its commands and with what one will see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One trouble, as the demo prints it and as its test makes it.

    make  : commands that make it and that look at it, in a shell that has read demo.env
    sees  : words that their output holds
    says  : what this teaches
    mend  : commands after which all is as before
    """

    title: str
    make: tuple[str, ...]
    sees: tuple[str, ...]
    says: str
    mend: tuple[str, ...]


TROUBLES = (
    Trouble(
        title="a rig's disk is gone",
        make=(
            'mv "$DEMO/rig" "$DEMO/rig.away"',
            "session-archive doctor",
        ),
        sees=(),
        says="",
        mend=('mv "$DEMO/rig.away" "$DEMO/rig"',),
    ),
    Trouble(
        title="a folder is renamed on the rig",
        make=(
            'cd "$DEMO/rig/SC035" && mv catgt_SC035_010720_g0 catgt_SC035_010820_g0',
            "session-archive upload",
            "session-archive status --subject SC035",
        ),
        sees=(),
        says="",
        mend=('cd "$DEMO/rig/SC035" && mv catgt_SC035_010820_g0 catgt_SC035_010720_g0',),
    ),
    Trouble(
        title="a byte changes in the archive",
        make=(
            'cd "$DEMO/archive/SC035/01072020/video"',
            "printf X | dd of=SC035_01072020_side.txt conv=notrunc status=none",
            "session-archive retrieve raw-video/SC035/2020-01-07",
        ),
        sees=(),
        says="",
        mend=('cp -p "$DEMO/rig/SC035/01072020/video/SC035_01072020_side.txt" .',),
    ),
)
