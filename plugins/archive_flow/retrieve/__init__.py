"""The retrieval's own steps: what to bring back, what lies at the scratch place, approval, verification.

Begin with `choose.py`.
"""
