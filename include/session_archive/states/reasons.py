"""Reasons of states that more than one room gives."""

UNCLAIMED = "no session of the lab's pipeline claims it"
#: A person may accept such files without their checksum, or have them read again.
OTHER_AT_RIG = "read at the rig, files do not have the checksum that the acquisition program wrote"
