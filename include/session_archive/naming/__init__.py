"""Reads the names of folders and files, and makes them, by conventions that are data.

`conventions.Conventions` decides which folder is which session; `session_name` has the names as values; `inside` reads
names inside a recording; `explain` explains how a path is read. Begin with `conventions.load_conventions`.
"""
