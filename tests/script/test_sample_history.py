"""A catalog that was filled by SQL reads as one that nights have filled; otherwise it would measure nothing."""

from session_archive.catalog.schema.settings_layout import layout_of
from session_archive.listing import list_files, local_directory_reader
from session_archive.states.state import State
from support.sample_history import Recorded, fill_history, make_rig
from support.sample_history_rows import FILES, KIND
from support.stack import Stack

PLACE = "archive-ephys"


def test_a_filled_catalog_reads_as_if_nights_had_filled_it() -> None:
    with Stack() as stack:
        stack.enter_sessions([])
        stack.install_catalog()
        settings = stack.settings
        location = settings.locations[PLACE]
        fill_history(stack.database, layout_of(settings), location, 140)
        fill_history(stack.database, layout_of(settings), location, 160, first=140)
        make_rig(stack.rig, range(160))
        with stack.catalog() as catalog:
            replicas = catalog.replicas.at(PLACE)
            linked = catalog.session_links.linked("ArchivedRawEphys")
            states = {row.target: row for row in catalog.states.newest_rows(data_set_type=KIND)}
            sessions = {(each.subject, each.date): each for each in catalog.expected_sessions(KIND)}
            assert len(replicas) == len(linked) == len(states) == len(sessions) == 160
            for each in map(Recorded, (0, 107, 159)):
                name, session = each.name, sessions[each.name.session.subject, each.name.session.date]
                listed = list_files(
                    local_directory_reader(stack.rig),
                    each.directory,
                    conventions=settings.conventions,
                    kind=KIND,
                ).manifest
                assert listed.id == each.manifest.id == replicas[name.id].manifest_id
                assert replicas[name.id].verified
                assert catalog.replicas.files(name.id).id == listed.id
                assert catalog.ledger.manifest(listed.id) == each.manifest
                submission, outcome = catalog.ledger.attempts(name.id, PLACE)[-1]
                assert outcome and set(outcome.checksums) == set(submission.items)
                assert len(submission.items) == FILES
                assert linked[session.id][0].name == name
                state = states[session.id]
                assert (state.state, state.session, state.data_set) == (
                    State.ARCHIVED,
                    str(session),
                    str(name),
                )
            assert not catalog.ledger.unfinished()
            assert not catalog.arrivals.unrecorded(route="upload", destination=PLACE)
