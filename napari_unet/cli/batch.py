"""A batch that can be gone on with: what was done to which picture is kept beside the masks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Literal

from napari_unet.core.data.atomic import FORGOTTEN, atomic_path, sweep
from napari_unet.core.data.vendor_files import file_of
from napari_unet.core.export.refusing import refuse_overwriting
from napari_unet.core.export.writing import gathered, target, targets
from napari_unet.core.model.header import weights_file
from napari_unet.core.settings import ExportSettings, Format, InferenceSettings, PostprocessingSettings
from napari_unet.core.settings.formats import chosen

LOG, TABLE = ".segmented.jsonl", "segmented.csv"

COLUMNS = ("picture", "objects", "area_share", "seconds", "warnings", "state")

State = Literal["done", "done before", "failed", "not reached"]


@dataclass(frozen=True)
class Row:
    """What became of a picture.

    Parameters
    ----------
    name : what its files' names begin with.
    objects : how many were found; classes with pixels, where classes are looked for.
    area_share : how much of the picture they cover, 0..1.
    seconds : from reading it to the last file.
    warnings : sentences; why it failed, if it did.
    found : what was found, in words.
    pixels, mask : hashes of the picture and of its mask, for the recipe; empty in batches from before it had them.
    block, halo : how it was cut where it was taken block by block, see `BlockSettings`; 0 where it was not.
    """

    name: str
    objects: int = 0
    area_share: float = 0.0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    state: State = "not reached"
    found: str = ""
    pixels: str = ""
    mask: str = ""
    block: int = 0
    halo: int = 0

    def words(self, picture: Path) -> list[str]:
        """The row of the table; no numbers of what was not segmented."""
        told = [str(self.objects), f"{self.area_share:.4f}", f"{self.seconds:.2f}"]
        numbers = told if self.state.startswith("done") else ["", "", ""]
        return [str(picture), *numbers, " ".join(self.warnings), self.state]


class Batch:
    """The pictures of a batch, and which of them were done before by the same models with the same settings.

    Parameters
    ----------
    pictures : by the names of their files.
    folder : where everything goes.
    key : a hash of models and settings; see `key_of`.
    spread : where it goes how far the models disagree, if that is wished.
    classed : whether a table of the objects' classes lies beside each mask.
    """

    def __init__(
        self,
        pictures: Mapping[str, Path],
        folder: Path,
        key: str,
        export: ExportSettings,
        spread: Path | None,
        *,
        classed: bool,
    ) -> None:
        self._pictures, self.folder, self._export, self._spread = pictures, folder, export, spread
        self._classed = classed
        self._log = _Log(folder / LOG, key)

    def check(self, do: str) -> None:
        """Raises StorageError, which says what to `do`, when files are there that no such batch has written."""
        ours = self._log.begun | self._log.done.keys()
        names = [name for name in self._pictures if name not in ours]
        foreign = targets(names, self.folder, self._export, classed=self._classed)
        if self._spread is not None:
            foreign += [spread_file(name, self._spread) for name in names]
        if not ours and self._log.foreign:  # nothing would be left of what they tell
            foreign += [self.folder / TABLE, *gathered(self.folder, self._export)]
        refuse_overwriting(foreign, self._export.overwrite, do)
        sweep(self.folder, FORGOTTEN)

    def begin(self, name: str) -> ExportSettings | None:
        """How to write a picture that is begun now: its files are ours to replace until it is done.

        Of one that was done before, only formats that are not there are written; None where they all are.
        """
        if self._export.overwrite or name not in self._log.done:
            self._log.add({"begun": [name]})
            return replace(self._export, overwrite=True)
        if not self._same(name):
            return self._export
        missing = ",".join(kind.name for kind in self._missing(name))
        # The table of classes lies there, and is ours.
        return replace(self._export, formats=missing, overwrite=True) if missing else None

    def done_before(self, name: str) -> Row | None:
        """What was found, when the very picture was done already and its files are there; else None."""
        if self._export.overwrite or name not in self._log.done or self._missing(name) or not self._same(name):
            return None
        if self._spread is not None and not spread_file(name, self._spread).exists():
            return None
        row = self._log.done[name]["row"]
        return Row(**{**row, "warnings": tuple(row["warnings"]), "state": "done before"})

    def files(self, name: str) -> tuple[Path, ...]:
        """The files of a picture in all formats."""
        return tuple(targets([name], self.folder, self._export))

    def _missing(self, name: str) -> list[Format]:
        return [kind for kind in chosen(self._export.formats) if not target(name, kind, self.folder).exists()]

    def _same(self, name: str) -> bool:
        """Whether the picture is the one that was done."""
        return bool(self._log.done[name]["hash"] == hash_of(self._pictures[name]))

    def finished(self, row: Row) -> None:
        """Keep that a picture is done."""
        if row.state == "done":
            self._log.add({"done": row.name, "hash": hash_of(self._pictures[row.name]), "row": asdict(row)})

    def write_table(self, rows: Iterable[Row]) -> Path:
        """Write the table of all pictures. Raises StorageError."""
        file, known = io.StringIO(), {row.name: row for row in rows}
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for name, picture in self._pictures.items():
            table.writerow(known.get(name, Row(name)).words(picture))
        with atomic_path(self.folder / TABLE) as temporary:
            temporary.write_text(file.getvalue(), encoding="utf-8", errors="replace")
        return self.folder / TABLE


class _Log:
    """Lines of JSON, each of a batch with a key. One that cannot be written is done without: pictures are done anew."""

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key
        self.begun: set[str] = set()
        self.done: dict[str, dict[str, Any]] = {}
        self.foreign = not path.exists()  # whether a table that lies there tells of what others have done
        for entry in self._entries():
            if entry.get("key") != key:
                self.foreign |= "done" in entry
            elif "begun" in entry:
                self.begun.update(entry["begun"])
            else:
                self.done[entry["done"]] = entry

    def add(self, entry: Mapping[str, object]) -> None:
        """Add a line, whole or not at all."""
        line = (json.dumps({"key": self._key, **entry}) + "\n").encode()
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            size = self._path.stat().st_size if self._path.exists() else 0
            try:
                with self._path.open("ab") as file:
                    file.write(line)
            except OSError:
                self._shorten(size)

    def _shorten(self, size: int) -> None:
        if size:
            with self._path.open("ab") as file:
                file.truncate(size)
        else:
            self._path.unlink(missing_ok=True)

    def _entries(self) -> Iterable[dict[str, Any]]:
        """The lines of all batches; one that a crash cut off is none."""
        with suppress(OSError, UnicodeDecodeError):
            for line in self._path.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError):
                    entry = json.loads(line)
                    if isinstance(entry, dict):
                        yield entry


def spread_file(name: str, folder: Path) -> Path:
    """Where it goes how far the models disagree on a picture."""
    return folder / f"{name}.tif"


def key_of(
    models: Sequence[Path],
    inference: InferenceSettings,
    clean_up: PostprocessingSettings,
    export: ExportSettings,
    axes: str,
) -> str:
    """A hash of all that decides what comes out; not of how fast, nor of which files."""
    how = {
        "models": [hash_of(weights_file(model)) for model in models],
        "inference": {**_chosen(inference), "device": ""},
        "clean_up": clean_up.to_json(),
        "zarr": export.zarr,
        # None of what was not wished, for batches from before it could be.
        **({"axes": axes.upper()} if axes else {}),
        **({"colours": True} if export.colours else {}),
    }
    return sha256(json.dumps(how, sort_keys=True).encode()).hexdigest()[:32]


def _chosen(settings: InferenceSettings) -> dict[str, Any]:
    return {name: value for name, value in settings.to_json().items() if value != ""}


def hash_of(file: Path) -> str:
    """A hash of a file's bytes, or of all in a folder; empty when it cannot be read."""
    try:
        if file.is_dir():
            return _hash_of_folder(file)
        with file_of(file).open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()[:32]
    except OSError:
        return ""


def _hash_of_folder(folder: Path) -> str:
    """Of what its files are called and hold. Raises OSError."""
    whole = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder).as_posix()}\0".encode("utf-8", "surrogateescape"))
        with path.open("rb") as opened:
            whole.update(file_digest(opened, "sha256").digest())
    return whole.hexdigest()[:32]
