"""Make compound files (MS-CFB): Outlook messages and documents with a password."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Any

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST = 4096
"""Smaller streams would be stored in a shared stream; they are padded with zeros instead."""
Tree = dict[str, Any]


def compound(tree: Tree) -> bytes:
    """A compound file.

    Args:
        tree: bytes for streams, dicts for storages, by name.
    """
    entries: list[tuple[str, int, int, int, int]] = []  # name, type, right sibling, child, index of its data
    streams: list[bytes] = []

    def add(name: str, node: Tree | bytes, is_root: bool = False) -> int:
        place = len(entries)
        entries.append(("", 0, 0, 0, 0))
        if isinstance(node, bytes):
            streams.append(node + bytes(max(0, _LEAST - len(node))))
            entries[place] = name, 2, _FREE, _FREE, len(streams) - 1
            return place
        children = [add(each, inner) for each, inner in sorted(node.items())]
        for child, following in zip(children, [*children[1:], _FREE], strict=True):
            kept = entries[child]
            entries[child] = (*kept[:2], following, *kept[3:])
        entries[place] = name, 5 if is_root else 1, _FREE, children[0] if children else _FREE, -1
        return place

    add("Root Entry", tree, True)
    table: list[int] = []
    body: list[bytes] = []

    def chain(data: bytes) -> tuple[int, int]:
        start, count = len(table), -(-len(data) // 512)
        table.extend([*range(start + 1, start + count), _END])
        body.append(data + bytes(-len(data) % 512))
        return start, len(data)

    places = [chain(each) for each in streams]
    directory = b""
    for name, kind, right, child, index in entries:
        start, size = places[index] if index >= 0 else (_END, 0)
        encoded = name.encode("utf-16-le") + b"\0\0"
        directory += encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(encoded), kind, 1, _FREE, right, child
        )
        directory += bytes(36) + struct.pack("<IQ", start, size)
    directory += bytes(-len(directory) % 512)
    first, _ = chain(directory)
    count = 1
    while (len(table) + count) * 4 > count * 512:
        count += 1
    fat_at = len(table)
    table.extend([_FAT] * count)
    table.extend([_FREE] * (count * 128 - len(table)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, count, first, 0, 4096, _END, 0, _END, 0)
    header += struct.pack(f"<{count}I", *range(fat_at, fat_at + count)).ljust(436, b"\xff")
    return header + b"".join(body) + struct.pack(f"<{len(table)}I", *table)


def outlook(
    texts: dict[str, str],
    *,
    html: bytes = b"",
    rtf: bytes = b"",
    sent: datetime | None = None,
    code_page: int = 0,
    attachments: tuple[Tree, ...] = (),
    is_inner: bool = False,
) -> Tree:
    """The tree of a message of Outlook.

    Args:
        texts: by the number of the property, such as ``0037`` for the subject.
        html, rtf: the text in these forms.
        sent: when.
        code_page: of texts that are not in UTF-16; 0 for texts in UTF-16.
        attachments: trees by `attached`, or of whole messages.
        is_inner: whether it is attached to another message.
    """
    table = bytes(24 if is_inner else 32)
    if sent is not None:
        ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        table += struct.pack("<HHIQ", 0x40, 0x39, 6, ticks)
    if code_page:
        table += struct.pack("<HHIQ", 3, 0x3FDE, 6, code_page)
    kind, encoding = ("001E", f"cp{code_page}") if code_page else ("001F", "utf-16-le")
    tree: Tree = {"__properties_version1.0": table}
    tree |= {f"__substg1.0_{tag}{kind}": text.encode(encoding) for tag, text in texts.items()}
    tree |= {f"__substg1.0_{tag}0102": data for tag, data in (("1013", html), ("1009", rtf)) if data}
    for number, each in enumerate(attachments):
        inner = {"__substg1.0_3701000D": each} if "__substg1.0_37010102" not in each else each
        tree[f"__attach_version1.0_#{number:08X}"] = {"__properties_version1.0": bytes(8)} | inner
    return tree


def attached(name: str, data: bytes) -> Tree:
    """The tree of an attachment of a message of Outlook."""
    return {"__substg1.0_3707001F": name.encode("utf-16-le"), "__substg1.0_37010102": data}
