"""One transfer of any flow: what it may move, and its record in the ledger. Begin with `shipment.py`."""
