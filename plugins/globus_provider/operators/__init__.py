"""Submits, lists, changes and cancels, each once. Begin with `transfer.GlobusTransferOperator`."""
