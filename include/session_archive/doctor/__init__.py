"""What `session-archive doctor` decides: values in, checks out. Whoever asks is in `archive_flow.doctor`."""
