"""Are these the bytes that were promised? The manifest, its comparison with a listing, and who vouches for each file.

Begin with `manifest.Manifest`.
"""
