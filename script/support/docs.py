"""The documentation site: `python -m support.docs [--write]`, in the project's folder. script/docs prepares both."""

import subprocess
import sys
from pathlib import Path

from support.reference import PAGES

SITE = Path(".local/docs")


def build(project: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build the site anew; the exit code is not 0 if one link, anchor or page is wrong, and stderr names each."""
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--fresh-env", "--write-all", "--quiet"]
    command += ["--fail-on-warning", "--nitpicky", "--jobs", "2", "--conf-dir", str(project / "docs")]
    return subprocess.run(
        [*command, str(project), str(site)], capture_output=True, text=True, check=False, cwd=project
    )


def main() -> int:
    project = Path.cwd()
    if "--write" in sys.argv[1:]:
        for path, page in PAGES.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(page())
    old = [path for path, page in PAGES.items() if (project / path).read_text() != page()]
    if old:
        print(f"{', '.join(old)}: not what the code says; run script/docs --write", file=sys.stderr)
        return 1
    result = build(project, project / SITE)
    print(result.stdout + result.stderr, end="", file=sys.stderr)
    if result.returncode == 0:
        print(f"{project / SITE / 'docs/index.html'}")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
