"""Reads names inside a recording: whether a file or folder fits its session. Begin with `file.read_name`."""
