"""Troubles to make oneself once the demo stands, each with its commands and with what one will see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One trouble, as the demo prints it and as its test makes it.

    make  : commands that make it and that look at it, in a shell that has read demo.env
    sees  : what their output holds, however it is wrapped
    says  : what it means
    mend  : commands after which all is as before
    """

    title: str
    make: tuple[str, ...]
    sees: tuple[str, ...]
    says: str
    mend: tuple[str, ...]


TROUBLES = (
    Trouble(
        title="A rig's disk is not mounted",
        make=(
            'mv "$DEMO/rig" "$DEMO/rig.away"',
            "session-archive doctor",
            "session-archive upload",
            "session-archive status",
        ),
        sees=(
            "mount it on every worker, or take local_path out",
            "rig could not be listed: rig: / does not exist on collection",
            "nothing changed since the last run",
            "archived 5 4",
        ),
        says="Doctor names the place, and says what to do. The run fails, with one line about that place, and goes on "
        "with the others; what is archived stays archived.",
        mend=('mv "$DEMO/rig.away" "$DEMO/rig"',),
    ),
    Trouble(
        title="A folder is renamed on the rig, after it was archived",
        make=(
            'cd "$DEMO/rig/SC035"',
            "mv catgt_SC035_010720_g0 catgt_SC035_010820_g0",
            "session-archive upload",
            "session-archive status --subject SC035",
        ),
        sees=(
            "on the rig: no such folder",
            "no session of the lab's pipeline claims it",
            "named after the day 010720, in a folder of 2020-01-08: not archived",
        ),
        says="The session stays archived, and its row says that the rig no longer has the folder. The new name is of a "
        "day without a session, and of another day than the files in it: unclaimed, and nothing is sent.",
        mend=("mv catgt_SC035_010820_g0 catgt_SC035_010720_g0",),
    ),
    Trouble(
        title="A byte changes in the archive",
        make=(
            'cd "$DEMO/archive/SC035/01072020/video"',
            "printf X | dd of=SC035_01072020_side.txt conv=notrunc status=none",
            "session-archive retrieve raw-video/SC035/2020-01-07",
        ),
        sees=(
            "1 of 8 files are not as promised; the first: SC035/01072020/video/SC035_01072020_side.txt",
            "was renamed to SC035_01072020_side.txt.not-as-cataloged",
        ),
        says="The run fails, and names the file with both checksums. Nobody takes the bad copy for a good one: on the "
        "scratch place it has another name. The others are there; a second retrieve brings only the missing one.",
        mend=(
            'cp -p "$DEMO/rig/SC035/01072020/video/SC035_01072020_side.txt" .',
            "session-archive retrieve raw-video/SC035/2020-01-07",
        ),
    ),
)
