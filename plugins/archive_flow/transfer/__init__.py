"""One data set's transfer: submit it, prove and record what arrived. Begin with `submit.py` and `record.py`."""
