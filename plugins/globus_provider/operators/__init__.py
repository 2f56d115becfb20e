"""Submits a transfer, once. Begin with `transfer.GlobusTransferOperator`."""
