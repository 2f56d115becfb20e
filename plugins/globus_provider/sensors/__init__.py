"""Waits for a transfer, deferred. Begin with `transfer.GlobusTransferSensor`."""
