"""The steps that only a retrieval has: the choice of files, what exists at the scratch place, approval, verification.

Begin with `choose.py`.
"""
