"""Reasons of states that more than one room gives."""

UNCLAIMED = "no session of the lab's pipeline claims it"
