"""Coverage in programs that get an environment of their own."""

import os

#: What such a program is given besides, so that it is measured too; empty if nothing is measured.
MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
