"""A text within a pattern of SQL's LIKE."""

from __future__ import annotations


def literal(text: str) -> str:
    """As a pattern that stands for the text alone."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
