"""All findings, and the report of them that can be sent to somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from napari_unet.core.doctor import computing, room, versions, window
from napari_unet.core.doctor.finding import Finding
from napari_unet.core.doctor.surroundings import Card, Folder, Screen, Surroundings, Torch
from napari_unet.core.wording import counted

CHECKS = (*computing.CHECKS, *window.CHECKS, *versions.CHECKS, *room.CHECKS)

MARKS = {"trouble": "✗", "hint": "!", "fine": "·"}
ORDER = tuple(MARKS)


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says: the findings, the worst first, and what they were made from."""

    findings: tuple[Finding, ...]
    facts: tuple[tuple[str, str], ...]

    @property
    def troubles(self) -> int:
        """How many things do not work."""
        return sum(finding.level == "trouble" for finding in self.findings)

    @property
    def summary(self) -> str:
        """The findings in a sentence."""
        hints = sum(finding.level == "hint" for finding in self.findings)
        if not self.troubles and not hints:
            return "All is well: nothing was found that needs mending."
        lead = f"{counted(self.troubles, 'thing')} must be mended" if self.troubles else "All works"
        return f"{lead}; {counted(hints, 'thing')} could be better." if hints else f"{lead}."

    @property
    def text(self) -> str:
        """The report as plain text, to read in a terminal and to send along."""
        width = max((len(name) for name, _ in self.facts), default=0)
        facts = [f"{name:<{width}}  {value}" for name, value in self.facts]
        return "\n".join([self.summary, "", *map(told, self.findings), *([""] if self.findings else []), *facts])

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        findings = [vars(finding) for finding in self.findings]
        return {"summary": self.summary, "findings": findings, "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """From the JSON values that another process wrote."""
        return cls(tuple(Finding(**one) for one in values["findings"]), tuple(values["facts"].items()))


def examine(found: Surroundings) -> Diagnosis:
    """Judge what was found. Looks at nothing else."""
    findings = [finding for check in CHECKS for finding in check(found)]
    return Diagnosis(tuple(sorted(findings, key=lambda finding: ORDER.index(finding.level))), _facts(found))


def told(finding: Finding) -> str:
    """A finding as lines of text: what is so, what to do, and the line to type on a line of its own."""
    lead = " ".join(filter(None, (MARKS[finding.level], finding.what, finding.means)))
    return "\n".join(filter(None, (lead, f"  {finding.do}".rstrip(), f"      {finding.line}".rstrip())))


def _facts(found: Surroundings) -> tuple[tuple[str, str], ...]:
    """What an engineer asks for first."""
    system, torch = found.system, found.torch
    facts = {
        "napari-unet": found.version,
        "Python": found.python,
        "system": f"{system.name} {system.machine}, {counted(system.cores, 'core')}",
        "memory": f"{system.memory_free:.1f} of {system.memory:.1f} GiB free" if system.memory else "not known",
        "graphics": ", ".join(map(_card, found.cards)) or "no NVIDIA card found",
        "torch": _torch(torch),
        "worker": f"ready after {torch.seconds:.1f} s" if torch.seconds else "did not start",
        "Qt": _qt(found),
        "OpenGL": _opengl(found.screen),
        "packages": ", ".join(f"{name} {version}" for name, version in found.packages.items()),
    }
    return tuple({**facts, **{folder.what: _folder(folder) for folder in found.folders}}.items())


def _card(card: Card) -> str:
    return f"{card.name} (driver {card.driver}, CUDA {card.cuda})" if card.driver else f"{card.name} (no driver)"


def _torch(torch: Torch) -> str:
    devices = ", ".join(f"{name} {trouble or 'works'}" for name, trouble in torch.devices.items())
    built = f"CUDA {torch.cuda}" if torch.cuda else "without CUDA"
    return f"{torch.version or 'none'}, {built}; {devices or torch.error}"


def _qt(found: Surroundings) -> str:
    there = ", ".join(f"{name} {found.packages[name]}" for name in window.BINDINGS if name in found.packages)
    return f"{there}; {found.screen.chosen} in use" if found.screen.chosen else there or "none"


def _opengl(screen: Screen) -> str:
    if not screen.opengl:
        return screen.error or "not known"
    return f"{screen.opengl}, {screen.renderer}, up to {screen.texture} pixels"


def _folder(folder: Folder) -> str:
    return f"{folder.path}, {folder.error or f'{folder.free:.1f} GiB free'}"
