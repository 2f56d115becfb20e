"""What a person asks of a run: which subjects, days and kinds, which data sets to retrieve, which files of them.

Begin with `selection.py`.
"""
