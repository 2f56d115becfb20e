"""Labs with a pipeline of their own, made by an older DataJoint, and a stack that is attached to one by settings."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.dags.conftest import World
from tests.labs.old_datajoint import OldLab

from support.sample_rig import LabSession, lab_sessions
from support.stack import Stack

PERSON, PASSWORD = "postdoc", "p0stdoc-s3cret"

#: The pages that tell each lab what to write; the tests write just that.
DOCS = Path(__file__).resolve().parents[2] / "docs"


@dataclass(frozen=True)
class Pipeline:
    """One lab as it is found.

    page      : of docs/, with the settings to write
    databases : its databases, in a collation that servers of its time had; the lab's people may write there
    reads     : those of them that setup lets the nightly login read
    key       : of a session, in the lab's own terms
    """

    script: str
    requirements: str
    page: str
    databases: tuple[str, ...]
    collation: str
    reads: frozenset[str]
    key: Callable[[LabSession], dict[str, Any]]

    @property
    def settings(self) -> dict[str, Any]:
        """What its page tells to write."""
        text = (DOCS / self.page).read_text()
        return tomllib.loads(text.partition("```toml\n")[2].partition("```")[0])


def numbered(session: LabSession) -> dict[str, Any]:
    return {"subject_id": session.subject_id, "session": session.number}


def dated(session: LabSession) -> dict[str, Any]:
    return {"subject": session.subject, "session_datetime": f"{session.started:%Y-%m-%d %H:%M:%S}"}


SEED = Pipeline(
    "map_ephys.py",
    "datajoint-0.13.txt",
    "lab_map_ephys.md",
    ("map_v2_lab", "map_v2_experiment", "map_v2_ephys", "map_v2_tracking"),
    "latin1_swedish_ci",
    frozenset(("map_v2_lab", "map_v2_experiment", "map_v2_ephys", "map_v2_tracking")),
    numbered,
)
PIPELINES = {
    "map-ephys on 0.13": SEED,
    "map-ephys on 0.14": dataclasses.replace(SEED, requirements="datajoint-0.14.txt"),
    "Elements": Pipeline(
        "elements.py",
        "datajoint-0.14.txt",
        "lab_elements.md",
        ("neuro_lab", "neuro_project", "neuro_subject", "neuro_session", "neuro_session_id"),
        "utf8mb4_general_ci",
        frozenset(("neuro_subject", "neuro_session")),
        dated,
    ),
}


class LabWorld(World):
    """A stack on a lab's own pipeline, and a person of that lab."""

    def __init__(self, stack: Stack, parse: Callable[[], dict[str, Any]], pipeline: Pipeline) -> None:
        super().__init__(stack, parse)
        self.pipeline = pipeline
        self.lab = OldLab(pipeline.script, pipeline.requirements, stack.database)

    def make_lab(self) -> None:
        database, pipeline = self.stack.database, self.pipeline
        database.create_user(PERSON, PASSWORD)
        for name in pipeline.databases:
            charset = pipeline.collation.partition("_")[0]
            database.execute(f"CREATE DATABASE {name} CHARACTER SET {charset} COLLATE {pipeline.collation}")
            database.execute(f"GRANT ALL ON {name}.* TO {PERSON}@'%%'")
        self.lab.make(lab_sessions())
        settings = pipeline.settings
        text = self.stack.settings_file.read_text()
        lab = "".join(f'{key} = "{value}"\n' for key, value in settings["lab"].items())
        text = re.sub(r"\n\[lab\]\n(.+\n)+", f"\n[lab]\n{lab}", text)
        for data_set in settings["data_sets"].values():
            link = f'link_table = "{data_set["link_table"]}"\n'
            assert link in text
            text = text.replace(link, f'{link}expected = "{data_set["expected"]}"\n')
        self.stack.settings_file.write_text(text)

    def delete(self, session: LabSession) -> str:
        """Delete a session in the lab's pipeline, as its people do; what stood in the way, '' for nothing."""
        done = self.lab.delete(self.pipeline.key(session), user=PERSON, password=PASSWORD)
        return done.stderr if done.returncode else ""

    def cataloged(self) -> dict[str, Any]:
        """Every row of the archive, by table."""
        database = self.stack.database
        tables = database.execute("SHOW TABLES FROM archive")
        return {
            str(name): sorted(map(repr, database.execute(f"SELECT * FROM archive.`{name}`")))
            for (name,) in tables
        }

    def files_and_links(self) -> set[tuple]:
        """Every archived file with what a listing knows of it, and the session of its data set."""
        with self.stack.catalog() as catalog:
            links = {
                data_set.name: session
                for link in catalog.links
                for session, data_sets in catalog.session_links.linked(link).items()
                for data_set in data_sets
            }
            return {
                (str(data_set.name), links.get(data_set.name), file.path, file.size, file.mtime)
                for data_set in catalog.data_sets()
                for file in catalog.replicas.files(data_set.id).files
            }

    def grants(self) -> set[str]:
        """What the nightly login may do, without its password."""
        rows = self.stack.database.execute("SHOW GRANTS FOR session_archive@'%%'")
        return {str(row[0]).split(" TO ")[0] for row in rows} - {"GRANT USAGE ON *.*"}
