"""Names inside a recording: does a folder or file fit the session that it lies in? Begin with `file.read_name`."""
