"""What the archive holds: data sets, their files, replicas, verifications and retrievals.

`replica_writer.ReplicaWriter` records replicas, `replica_reader.ReplicaReader` reads them. Begin with these two.
"""
