"""Reasons of states that more than one room gives."""

UNCLAIMED = "no session of the lab's pipeline claims it"
#: A person may accept such files without their checksum, or have them read again.
OTHER_AT_RIG = "read at the rig, files do not have the checksum that the acquisition program wrote"

#: Begins the reason of a copy that the rig can no longer give; the location that has it follows.
TO_COPY = "to be copied from "

#: Begins the reason of an archived data set that no rig shows any more; no folder of it will be compared again.
ON_THE_RIG = "on the rig: "
