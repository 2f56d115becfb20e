"""Are these the bytes that were promised? The manifest, its comparison with a listing, the vouchers of each file.

Begin with `manifest.Manifest`.
"""
