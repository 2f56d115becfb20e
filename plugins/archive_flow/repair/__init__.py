"""REPAIR: damaged files of the archive are set aside and sent again from a good copy, after a person's yes.

Begin with `choose.choose_repairs`, then `shipment.RepairShipment` and `verify.verify_repair`;
`session_archive.assess.repair` decides.
"""
