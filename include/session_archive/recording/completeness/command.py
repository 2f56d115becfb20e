"""CatGT's command line, as its .meta files keep it: what was asked for (its ReadMe, "Usage Quick Ref")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_archive.naming.belong_together import Device, Extraction, Stream, belong_together
from session_archive.recording.completeness.recordings import Recording

_CALL = re.compile(r"<([^<>]*)>")
_OPTION = re.compile(r"(?<=\s)(-[A-Za-z][A-Za-z0-9_]*)(?:=(\S*))?")
_RANGE = re.compile(r"([0-9]{1,4})(?::([0-9]{1,4}))?")
#: Options that CatGT has since 3.0, when it began to write a `_fyi.txt`.
_NEW = frozenset(
    (
        *("-xa", "-xd", "-xia", "-xid", "-bf", "-ob", "-obx", "-save", "-sepShanks", "-maxZ"),
        *("-no_auto_sync", "-pass1_force_ni_ob_bin"),
    )
)
#: Options that 2.2 retired, when it began to align the channels of a probe unless it must not (its ReadMe).
_BEFORE_ALIGNING = frozenset(("-aphipass", "-aplopass", "-lfhipass", "-lflopass"))
_SEVERAL = re.compile(r"\{[0-9]+,([0-9]{1,6}),([0-9]{1,6})\}")
#: js of the AP band.
_AP = 2


@dataclass(frozen=True, slots=True)
class Command:
    """One call of CatGT.

    options : option -> its values, in order; '' where it has none
    """

    options: Mapping[str, tuple[str, ...]]

    def processes(self, stream: Stream) -> bool:
        """Whether it processes a stream."""
        return bool(stream.option) and stream.option in self.options

    def listed(self, device: Device) -> tuple[int, ...]:
        """The numbers of a device that it lists, as `-prb=0,3:5`; none if it has no list."""
        ranges = [
            _RANGE.fullmatch(part) for text in self.options.get(device.listed, ()) for part in text.split(",")
        ]
        numbers = {
            number
            for match in ranges
            if match
            for number in range(int(match[1]), int(match[2] or match[1]) + 1)
        }
        return tuple(sorted(numbers))

    @property
    def supercat(self) -> bool:
        """True if it joins the output of several runs."""
        return "-supercat" in self.options

    @property
    def joins(self) -> bool:
        """True if it joins several files of a run or of several runs."""
        ranges = [_numbers(text, 2) for option in ("-g", "-t") for text in self.options.get(option, ())]
        listed = [
            list(map(int, each))
            for text in self.options.get("-gtlist", ())
            for each in _SEVERAL.findall(text)
        ]
        several = any(len(each) == 2 and each[1] > each[0] for each in (*ranges, *listed))
        return self.supercat or several or len(listed) > 1

    def writes(self, stream: Stream) -> bool:
        """Whether it writes a .bin of a stream, by its ReadMe, "Output files": it joins files, or changes the data.

        One of 1.8 to 2.1 that names no filter looks like one of 2.2 and later, which aligns: it counts as one of those.
        """
        if self.supercat:
            # For streams that are no probe's, the first pass may have written none.
            skips = {"-supercat_skip_ni_ob_bin", "-supercat_skip_ni_bin"}
            return stream.band is not None or skips.isdisjoint(self.options)
        if "cat" in self.options.get("-t", ()):
            # A second pass only extracts events.
            return False
        aligns = "-tshift" in self.options or {"-no_tshift", *_BEFORE_ALIGNING}.isdisjoint(self.options)
        changes = not self.options.keys().isdisjoint(stream.written_by)
        return self.joins or changes or (stream.band is not None and aligns)

    @property
    def is_new(self) -> bool:
        """True for CatGT 3.0 and later; False if it does not say."""
        return not _NEW.isdisjoint(self.options)

    @property
    def may_miss(self) -> bool:
        """True if it passes over probes that are missing."""
        return "-prb_miss_ok" in self.options

    @property
    def renumbers(self) -> bool:
        """True if it gives files other numbers than their probes."""
        return bool(self.options.keys() & {"-save", "-sepShanks"})

    def written_as(self, stream: Stream, number: int) -> tuple[int, ...]:
        """The numbers of the files that one probe's stream is written to; one of them is enough.

        CatGT leaves out shanks without recorded sites.
        """
        if stream.band is None:
            return (number,)
        shanks = [
            each
            for text in self.options.get("-sepShanks", ())
            if len(numbers := _numbers(text, 5)) == 5 and numbers[0] == number
            for each in numbers[1:]
            if each >= 0
        ]
        own = self._saved(stream.js, number)
        if stream.js == _AP:
            return tuple([*own, *shanks] or [number])
        # An LF band that CatGT makes from the AP band is saved as that is; before 5.1 no LF band was split.
        return tuple([*own, *shanks] if own else [number, *shanks, *self._saved(_AP, number)])

    def _saved(self, js: int | None, number: int) -> list[int]:
        saves = (_numbers(text, 3) for text in self.options.get("-save", ()))
        return [save[2] for save in saves if save[:2] == [js, number] and len(save) == 3]

    def extractions(self) -> list[tuple[Extraction, dict[str, str]]]:
        """The extractions that it asks for, each with the numbers that it gives."""
        return [
            (each, dict(zip(each.numbers, values, strict=False)))
            for each in belong_together().extractions
            for text in self.options.get(each.option, ())
            if len(values := text.split(",")) >= len(each.numbers)
        ]


def whole_number(text: str) -> int | None:
    """The value of a number in a command; None for what is none, whatever else stands there."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else None


def _numbers(text: str, count: int) -> list[int]:
    read = map(whole_number, text.split(",")[:count])
    return [number for number in read if number is not None]


def read_commands(text: str) -> tuple[Command, ...]:
    """The calls in a text such as `<CatGT -ap -prb=0> <CatGT -ni>`."""
    commands = []
    for call in _CALL.findall(text) or ([text] if text.strip() else []):
        options: dict[str, list[str]] = {}
        for option, value in _OPTION.findall(call):
            options.setdefault(option, []).append(value)
        commands.append(Command({option: tuple(values) for option, values in options.items()}))
    return tuple(commands)


def commands_of(recorded: Sequence[Recording]) -> tuple[Command, ...]:
    """All calls that the .meta files of CatGT's output keep."""
    texts = dict.fromkeys(each.parsed.command for each in recorded if each.by_catgt and each.parsed)
    return tuple(command for text in texts if text for command in read_commands(text))
