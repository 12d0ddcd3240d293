"""Read an old .xls in a process of its own, so that a file made to hang or to eat memory takes nothing else with it.

Run as a script by `houqin.kit.sheets`: the file on standard input, a pickle of a dictionary on standard output. It
imports neither Django nor Houqin. A container is walked once before calamine sees it, for what calamine would not say
(password, error cells) and for what would make it allocate too much (a cell in column 65 535).

Sources: [MS-CFB] compound file, [MS-XLS] records BOF, BOUNDSHEET, FILEPASS, DATEMODE, NUMBER, RK, MULRK, LABEL,
LABELSST, RSTRING, BOOLERR, FORMULA.
"""

import io
import pickle
import struct
import sys
from typing import Any

ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_END = 0xFFFFFFFA  # sector numbers from here on mean "no further sector"


class Damaged(Exception):
    """The container is not what it says it is."""


class Container:
    """The streams of a compound file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        if len(data) < 512:
            raise Damaged
        self.sector = 1 << struct.unpack_from("<H", data, 30)[0]
        mini_sector = 1 << struct.unpack_from("<H", data, 32)[0]
        if self.sector not in (512, 4096) or mini_sector != 64:
            raise Damaged
        directory, self.cutoff, mini_fat, difat = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60, 68))
        sectors = list(struct.unpack_from("<109I", data, 76))
        seen: set[int] = set()
        while difat < _END:
            if difat in seen:
                raise Damaged
            seen.add(difat)
            numbers = self._numbers(self._at(difat))
            sectors += numbers[:-1]
            difat = numbers[-1]
        self.fat: list[int] = []
        used = [number for number in sectors if number < _END]
        if len(used) > len(data) // self.sector + 1:
            raise Damaged
        for number in used:
            self.fat += self._numbers(self._at(number))
        self.mini_fat = self._numbers(self._chain(mini_fat)) if mini_fat < _END else []
        self.entries: dict[str, tuple[int, int]] = {}
        listing = self._chain(directory)
        root = 0xFFFFFFFE
        for at in range(0, len(listing) - 127, 128):
            length, kind = struct.unpack_from("<HB", listing, at + 64)
            name = listing[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<II", listing, at + 116)
            if kind == 5:
                root = first
            elif kind == 2:
                self.entries.setdefault(name, (first, size))
        self.mini = self._chain(root) if root < _END else b""

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        if start >= len(self.data):
            raise Damaged
        return self.data[start : start + self.sector]

    def _numbers(self, data: bytes) -> list[int]:
        return list(struct.unpack_from(f"<{len(data) // 4}I", data))

    def _chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        for _step in range(len(self.data) // self.sector + 2):
            if number >= _END:
                return b"".join(pieces)
            pieces.append(self._at(number))
            if number >= len(self.fat):
                raise Damaged
            number = self.fat[number]
        raise Damaged

    def stream(self, name: str) -> bytes:
        """Return the whole stream called `name`."""
        first, size = self.entries[name]
        if size >= self.cutoff:
            return self._chain(first)[:size]
        pieces: list[bytes] = []
        for _step in range(len(self.mini) // 64 + 2):
            if first >= _END:
                return b"".join(pieces)[:size]
            pieces.append(self.mini[first * 64 : first * 64 + 64])
            if first >= len(self.mini_fat):
                raise Damaged
            first = self.mini_fat[first]
        raise Damaged


def survey(stream: bytes) -> dict[str, Any]:
    """Walk the records: `sheets` are (rows, columns, error cells) in the order of the file; `locked`; `epoch1904`."""
    found: dict[str, Any] = {"locked": False, "epoch1904": False}
    starts: list[int] = []
    by_start: dict[int, list[Any]] = {}
    current: list[Any] | None = None
    depth = at = 0
    while at + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if record == 0x0809:
            depth += 1
            if depth == 1:
                current = by_start.setdefault(at, [0, 0, {}])
        elif record == 0x000A:
            depth = max(depth - 1, 0)
        elif record == 0x002F:
            found["locked"] = True
            break
        elif record == 0x0022 and length >= 2:
            found["epoch1904"] = body[0] == 1
        elif record == 0x0085 and length >= 4:
            starts.append(struct.unpack_from("<I", body)[0])
        elif depth == 1 and current is not None and length >= 6:
            _cell(record, body, current)
        at += 4 + length
    found["sheets"] = [tuple(by_start.get(start, (0, 0, {}))) for start in starts]
    return found


def _cell(record: int, body: bytes, sheet: list[Any]) -> None:
    row, column = struct.unpack_from("<HH", body)
    last = column
    if record == 0x00BD:
        last = struct.unpack_from("<H", body, len(body) - 2)[0]
    elif record not in (0x0203, 0x0204, 0x00FD, 0x027E, 0x0205, 0x0006, 0x00D6):
        return
    sheet[0] = max(sheet[0], row + 1)
    sheet[1] = max(sheet[1], last + 1)
    if record == 0x0205 and len(body) >= 8 and body[7]:
        sheet[2][row, column] = ERRORS.get(body[6], "#N/A")
    elif record == 0x0006 and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        sheet[2][row, column] = ERRORS.get(body[8], "#N/A")


def read(data: bytes, *, rows: int, columns: int, cells: int) -> dict[str, Any]:
    """Return {"sheets": [(name, is worksheet, is visible, start, rows, errors)], "epoch1904": …} or {"refused": why}.

    `why` is one of locked, word, other, damaged, large.
    """
    container = Container(data)
    if "EncryptedPackage" in container.entries or "EncryptionInfo" in container.entries:
        return {"refused": "locked"}
    name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in container.entries), None)
    if name is None:
        return {"refused": "word" if "WordDocument" in container.entries else "other"}
    found = survey(container.stream(name))
    if found["locked"]:
        return {"refused": "locked"}
    total = 0
    for height, width, _errors in found["sheets"]:
        total += height * width
        if height > rows or width > columns or total > cells:
            return {"refused": "large"}

    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
    except python_calamine.PasswordError:
        return {"refused": "locked"}
    sheets = []
    for index, about in enumerate(book.sheets_metadata):
        is_worksheet = about.typ == python_calamine.SheetTypeEnum.WorkSheet
        is_visible = about.visible == python_calamine.SheetVisibleEnum.Visible
        errors = found["sheets"][index][2] if index < len(found["sheets"]) else {}
        if is_worksheet:
            sheet = book.get_sheet_by_index(index)
            sheets.append((about.name, True, is_visible, sheet.start, sheet.to_python(), errors))
        else:
            sheets.append((about.name, False, is_visible, None, [], {}))
    return {"sheets": sheets, "epoch1904": found["epoch1904"]}


def main() -> None:
    """Read standard input within the limits given as arguments: memory, seconds, rows, columns, cells."""
    memory, seconds, rows, columns, cells = (int(argument) for argument in sys.argv[1:6])
    try:
        import resource
    except ImportError:  # Windows has no such limits; the timeout of the caller still holds there.
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(sys.stdin.buffer.read(), rows=rows, columns=columns, cells=cells)
    except (Damaged, struct.error, IndexError):
        answer = {"refused": "damaged"}
    pickle.dump(answer, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
