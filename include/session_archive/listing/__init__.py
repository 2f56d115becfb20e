"""Lists folders and files below a root. The local disk and Globus each have a reader; both give the same manifest.

Begin with `files.list_files`.
"""

from session_archive.listing.data_set_listing import Listing
from session_archive.listing.entries import Entry, ListDirectory, Problem
from session_archive.listing.files import list_each, list_files
from session_archive.listing.folders import Folder, FoundFolders, find_folders
from session_archive.listing.globus_response import ENTRY_KEYS, read_listing
from session_archive.listing.local import ReadFile, local_directory_reader, local_file_reader
from session_archive.listing.walk import concurrency_for

__all__ = [
    "ENTRY_KEYS",
    "Entry",
    "Folder",
    "FoundFolders",
    "ListDirectory",
    "Listing",
    "Problem",
    "ReadFile",
    "concurrency_for",
    "find_folders",
    "list_each",
    "list_files",
    "local_directory_reader",
    "local_file_reader",
    "read_listing",
]
