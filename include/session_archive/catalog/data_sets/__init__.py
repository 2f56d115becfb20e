"""What the archive holds: data sets, their files, replicas, verifications and retrievals.

`records.Records` writes the replica row; `replicas.Replicas` reads. Begin with these two.
"""
