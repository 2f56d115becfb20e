"""What a person asks a run to do: which subjects, dates and kinds, which data sets to retrieve, which files of them.

Begin with `selection.py`.
"""
