"""What moves the files: which task works when, and how one file gets across."""
