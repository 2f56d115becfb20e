"""The locks name each package by version and hash, and everything that installs from them checks the hash."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-image.lock")


def locked(name: str) -> dict[str, list[str]]:
    """Requirement, with its marker -> its hashes."""
    text = re.sub(r" *\\\n *", " ", (ROOT / name).read_text())
    lines = [re.split(r" +--hash=", line) for line in text.splitlines()]
    return {requirement: hashes for requirement, *hashes in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    packages = locked(name)
    assert len(packages) > 100
    for requirement, hashes in packages.items():
        assert re.match(r"[a-z0-9.-]+==[0-9a-z.+]+( ; .+)?$", requirement), requirement
        assert hashes, requirement
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", each) for each in hashes), requirement


def test_both_locks_have_the_same_hashes_of_a_package() -> None:
    tested, image = map(locked, LOCKS)
    for requirement in tested.keys() & image.keys():
        assert tested[requirement] == image[requirement], requirement


def installs(text: str) -> list[str]:
    """The calls of pip that take a list of requirements, each with what it is given."""
    text = re.sub(r" *\\\n *", " ", text)
    return [
        line
        for line in text.splitlines()
        if re.search(r"\bpip[_ ]install\b.*--requirement", line) and not line.lstrip().startswith("#")
    ]


@pytest.mark.parametrize("name", ["script/environment.sh", "script/lock", "Dockerfile"])
def test_what_installs_a_list_checks_hashes_and_takes_no_source(name: str) -> None:
    calls = installs((ROOT / name).read_text())
    assert calls
    for call in calls:
        assert "--require-hashes" in call, call
        # What is built from source fetches its build tools, whose hashes nobody checks.
        assert "--only-binary :all:" in call, call
        assert "--no-deps" in call, call


@pytest.mark.parametrize("name", ["script/environment.sh", "script/lock", "Dockerfile"])
def test_nothing_is_installed_by_its_name_alone(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        named = re.search(r"\bpip(?:[_ ]install|3 install)\b(?P<rest>.*)", line)
        if named and not line.lstrip().startswith("#") and "() {" not in line:
            assert re.search(r"--requirement|--no-build-isolation|\"\$@\"|\\$", named["rest"]), line
