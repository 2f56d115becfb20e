"""The catalog: the only room that knows DataJoint.

Rooms, ground first: `database` (connection), `schema` (tables), `lab` (the lab's own sessions), `history` (ledger,
states, decisions), `data_sets` (replicas, verifications, retrievals), `queries` (notebooks); `open.Catalog` opens
them all, and `setup` makes and upgrades them. Begin with `open.Catalog`.
"""
