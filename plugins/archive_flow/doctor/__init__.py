"""Asks what `session-archive doctor` shows; what the answers mean is decided in `session_archive.doctor`."""
