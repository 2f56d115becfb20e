"""Polls a transfer for a deferred task. Begin with `transfer.GlobusTransferTrigger`."""
