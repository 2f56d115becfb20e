"""`session-archive shell`: a Python in which the catalog's tables are at hand, as in map-ephys' mapshell."""

from __future__ import annotations

import code
import sys
from importlib import import_module
from importlib.util import find_spec

from session_archive import publication


def shell() -> None:
    """A Python with the tables of the archive and of the lab, as map-ephys' `mapshell shell`.

    It is IPython where that is installed (pip install ipython), and plain Python where it is not.
    """
    names = publication.names()
    tables = sorted(name for name in names if name[0].isupper())
    others = sorted(names.keys() - set(tables))
    banner = f"tables: {', '.join(tables)}\nmodules: {', '.join(others)}"
    if find_spec("IPython") is None:
        code.interact(banner=banner, local=names, exitmsg="")
        return
    sys.stdout.write(f"{banner}\n")
    import_module("IPython").start_ipython(argv=["--no-banner"], user_ns=names)
