"""Reasons of states that more than one room gives."""

NOBODYS = "no session of the lab's pipeline claims it"
