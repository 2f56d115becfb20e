"""What becomes of one data set in a run: pure decisions over values; who asks and stores is in `archive_flow`.

Begin with `archive_copy.assess_copy`, which decides for a copy that a discovery has listed.
"""
