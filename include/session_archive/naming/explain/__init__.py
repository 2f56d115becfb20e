"""Explains in words how a path is read, or why it is not. Begin with `path.explain`."""
