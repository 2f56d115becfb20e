"""An upload after select: what is sent, what proves that it arrived, and its record.

Begin with `shipment.py` and `verify.py`.
"""
