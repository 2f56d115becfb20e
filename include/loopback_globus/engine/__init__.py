"""Moves the files: decides which task works when, and copies each file. Begin with `dispatch.Engine`."""
