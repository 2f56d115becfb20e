"""Checks that forbidden words do not return: `python script/support/words.py [--shrink]`, in the project's folder."""

import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

FOLDERS = ("include", "plugins", "dags", "script", "tests", "benchmarks", "docs")
RULES = Path("script/words.toml")
LEFT = Path("script/words-left.txt")


@dataclass(frozen=True)
class Rules:
    """Each word with what to say instead."""

    anywhere: dict[str, str]
    names: dict[str, str]
    files: dict[str, str]
    #: The modules that may have the name of their package.
    allowed: frozenset[str] = frozenset()
    #: Patterns of paths that are not read.
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Use:
    path: str
    word: str
    line: int
    instead: str

    @property
    def key(self) -> str:
        return f"{self.word} {self.path}"


def read_rules(text: str) -> Rules:
    raw = tomllib.loads(text)
    return Rules(
        anywhere=raw["anywhere"],
        names=raw["names"],
        files=raw["files"],
        allowed=frozenset(raw["same_as_package"]["allowed"]),
        skip=tuple(raw["skip"]),
    )


def _anywhere(word: str) -> re.Pattern[str]:
    """The word itself, and as a part of a name with underscores; a line may end between two words."""
    words = r"\s+".join(re.escape(part) for part in word.split())
    return re.compile(rf"(?<![a-z]){words}(?![a-z])", re.IGNORECASE)


def uses_in_text(path: str, text: str, rules: Rules) -> Iterator[Use]:
    for word, instead in rules.anywhere.items():
        for match in _anywhere(word).finditer(text):
            yield Use(path, word, text.count("\n", 0, match.start()) + 1, instead)
    if path.endswith(".py"):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and token.string in rules.names:
                yield Use(path, token.string, token.start[0], rules.names[token.string])


def uses_in_path(path: str, rules: Rules) -> Iterator[Use]:
    file = Path(path)
    if file.suffix != ".py":
        return
    stem = file.stem.removeprefix("test_")
    if stem in rules.files:
        yield Use(path, f"{stem}.py", 1, rules.files[stem])
    if file.stem == file.parent.name and path not in rules.allowed:
        yield Use(path, "x/x.py", 1, "what the module is about, where its package is the subject")


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from Path(folder).rglob("*")
    yield from Path().glob("*.md")


def uses(rules: Rules) -> list[Use]:
    """Each use of a word in the project of the current folder."""
    result: list[Use] = []
    for file in _files():
        path = file.as_posix()
        skipped = "__pycache__" in file.parts or any(fnmatch(path, f"{each}*") for each in rules.skip)
        if skipped or not file.is_file() or file.suffix not in (".py", ".md", ".toml", ".sh", ""):
            continue
        result += uses_in_path(path, rules)
        result += uses_in_text(path, file.read_text(encoding="utf-8"), rules)
    return sorted(result)


def problems(present: list[Use], left: list[str]) -> Iterator[str]:
    """Each use in a file that is not on the list, and each line of the list that no longer applies."""
    for use in present:
        if use.key not in left:
            yield f"{use.path}:{use.line}: {use.word}: say {use.instead}"
    gone = set(left) - {use.key for use in present}
    for key in sorted(gone):
        yield f"{LEFT}: {key}: no longer used; remove the line (--shrink does)"


def main(*, shrink: bool) -> int:
    present = uses(read_rules(RULES.read_text()))
    left = LEFT.read_text().splitlines() if LEFT.exists() else []
    if shrink:
        left = [key for key in left if key in {use.key for use in present}]
        LEFT.write_text("".join(f"{key}\n" for key in left))
    wrong = list(problems(present, left))
    print("\n".join(wrong) or f"{len(left)} lines left in {LEFT}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(shrink="--shrink" in sys.argv[1:]))
