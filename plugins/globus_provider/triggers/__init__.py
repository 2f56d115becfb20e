"""Polls for a deferred task. Begin with `transfer.GlobusTransferTrigger`."""
