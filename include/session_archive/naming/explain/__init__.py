"""Says in words how a path is read, and why it is not. Begin with `path.explain`."""
