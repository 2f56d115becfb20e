"""What the tables can hold, and their version; importing it does not import DataJoint."""

#: The version of the tables of `tables`; `setup` stores it, and every run compares it.
SCHEMA_VERSION = 3

# Lengths of columns: a longer text that only informs is cut; `fixity.storable` refuses what identifies something.
TEXT_LENGTH, NAME_LENGTH = 1024, 255
