"""The transfer of one data set: submit it, then prove and record what arrived. Begin with `submit.py`, `record.py`."""
