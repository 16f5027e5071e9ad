"""Group rows into columns, and columns into lines and paragraphs, in reading order.

**Columns** are found by cutting (the recursive XY-cut of Nagy and Seth, 1984, with vertical cuts first): an
empty gutter with at least two lines on both sides separates columns, which are read from right to left on an
Arabic page. If no gutter runs through the whole page, the longest run of lines with a common one is divided,
and text that spans the page, such as a headline, comes before or after it. Short cells side by side in many
rows are a table, which is read row by row.

**Paragraphs** end where the distance between lines or the size of the letters changes, before an indented
line, and after a line that had room for the first word of the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from khabar.corpus.pdf.order import Cell, is_right_to_left, logical
from khabar.corpus.pdf.rows import Row

__all__ = ["Paragraph", "paragraphs_of"]

_GUTTER = 0.55
"""Minimum width of a gutter, in letter sizes."""
_FEW_GUTTER = 0.75
"""Minimum width of a gutter beside a column with fewer than `_FEW_LINES` lines. Beside only two lines it must
be as wide as the size of the largest letters, because the words of headlines are far apart, too."""
_FEW_LINES = 5
_COLUMN = 4.0
"""Minimum width of a column, in letter sizes."""
_SAME_EDGE = 0.08
"""Maximum distance of the ends of lines with the same edge, in letter sizes."""
_ASIDE = 1.0
"""Minimum gap between the text and a caption beside it, in letter sizes."""
_FILLED = 0.55
"""Minimum share of a column's width that its lines fill on average; cells of a table fill less."""
_SHORT_REGION = 8
_MOST_TRIES = 60
_DEEP = 40
"""Maximum depth of nested cuts."""


class Paragraph(msgspec.Struct):
    """A paragraph of a page.

    Attributes:
        lines: the text of its lines, in logical order.
        size: size of its letters.
        top, bottom: y of its edges.
        column: number of its column on the page, in reading order.
        indented: whether its first line is indented.
        rest: free width at the end of its last line, in points.
        first_word: width of its first word, in points.
        rightward: whether it is written from left to right.
    """

    lines: list[str]
    size: float
    top: float
    bottom: float
    column: int = 0
    indented: bool = False
    rest: float = 0.0
    first_word: float = 0.0
    rightward: bool = False


class _Line(msgspec.Struct):
    cells: list[Cell]
    left: float
    right: float
    base: float
    size: float
    first_word: float
    """Width of its first word."""


def paragraphs_of(rows: Sequence[Row], left_to_right: bool = False) -> list[Paragraph]:
    """The paragraphs of a page in reading order.

    Args:
        rows: the rows of the page.
        left_to_right: whether the letters of Arabic words go from left to right on the page, by a fault of
            the producer.
    """
    if not rows:
        return []
    rightward = is_right_to_left([cell for row in rows for cell in row.cells]) is False
    paragraphs: list[Paragraph] = []
    blocks = (
        (part, table)
        for block, table in _blocks(list(rows), rightward, 0)
        for part in ([block] if table else _with_asides(block))
    )
    for number, (block, table) in enumerate(blocks):
        lines = _lines(block, rightward)
        left, right = _edges(lines)
        groups = [[line] for line in lines] if table else list(_grouped(lines, left, right, rightward))
        for group in groups:
            paragraphs.append(_paragraph(group, number, left, right, rightward, left_to_right))
    return paragraphs


def _with_asides(rows: list[Row]) -> list[list[Row]]:
    """The rows of a column; after them, those in smaller letters beside some of its lines, such as the
    caption of a picture, so that they are not read into a sentence."""
    em = _median([row.size for row in rows])
    asides = []
    for row in rows:
        if row.size > 0.87 * em or row.right - row.left < _COLUMN * row.size:
            continue
        beside = [other for other in rows if other.size > 0.9 * em and other.top > row.base > other.bottom]
        gaps = [max(other.left - row.right, row.left - other.right) for other in beside]
        if gaps and min(gaps) > _ASIDE * em:
            asides.append(row)
    if not asides:
        return [rows]
    return [[row for row in rows if row not in asides], asides]


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _blocks(rows: list[Row], rightward: bool, depth: int) -> Iterator[tuple[list[Row], bool]]:
    """The columns in reading order, and whether each is a table."""
    if len(rows) < 4 or depth > _DEEP:
        yield rows, False
        return
    em = _median([row.size for row in rows])
    strips = _strips(rows)
    plain: list[Row] = []
    ends: dict[int, int] = {}

    def end_of(start: int) -> int:
        if start not in ends:
            ends[start] = _common_gutter(strips, start, em)
        return ends[start]

    start = 0
    while start < len(strips):
        end = end_of(start)
        if 0 < end - start < _SHORT_REGION and any(
            end_of(later) - later > 2 * (end - start)
            for later in range(start + 1, min(start + _SHORT_REGION, len(strips)))
        ):
            # The columns begin further down; these are the words of a headline, far apart.
            end = start
        if end <= start:
            plain += strips[start]
            start += 1
            continue
        if plain:
            yield plain, False
            plain = []
        region = [row for strip in strips[start:end] for row in strip]
        columns = _cut(region, _valid(region, _gaps(region, em), em))
        if _is_table(region, columns):
            yield region, True
        else:
            for column in columns if rightward else reversed(columns):
                yield from _blocks(column, rightward, depth + 1)
        start = end
    if plain:
        yield plain, False


def _strips(rows: Sequence[Row]) -> list[list[Row]]:
    """Group rows that are side by side, from the top down."""
    strips: list[list[Row]] = []
    floor = 0.0
    for row in sorted(rows, key=lambda row: -row.top):
        # A fifth of a line may reach into the next.
        if strips and row.top > floor + 0.2 * row.size:
            strips[-1].append(row)
            floor = min(floor, row.bottom)
        else:
            strips.append([row])
            floor = row.bottom
    return strips


def _gaps(rows: Sequence[Row], em: float) -> list[tuple[float, float]]:
    """The vertical gaps between the rows and beside them, from left to right; the outer ones are infinite."""
    gaps = []
    edge = float("-inf")
    for left, right in sorted((row.left, row.right) for row in rows):
        if left - edge >= _GUTTER * em:
            gaps.append((edge, left))
        edge = max(edge, right)
    gaps.append((edge, float("inf")))
    return gaps


def _common(
    some: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]], em: float
) -> list[tuple[float, float]]:
    """The intersections of two sequences of gaps."""
    common = []
    for left, right in some:
        for other_left, other_right in others:
            both = max(left, other_left), min(right, other_right)
            if both[1] - both[0] >= _GUTTER * em:
                common.append(both)
    return common


def _valid(rows: Sequence[Row], gaps: Sequence[tuple[float, float]], em: float) -> list[float]:
    """The x of the cuts between columns: in gaps with a column of at least two lines on both sides."""
    inner = [gap for gap in gaps if gap[0] > float("-inf") and gap[1] < float("inf")]
    cuts = [0.5 * (left + right) for left, right in inner]
    widths = [right - left for left, right in inner]
    while cuts:
        columns = _cut(rows, cuts)
        bad = next((number for number, column in enumerate(columns) if not _is_column(column, em)), None)
        if bad is None:
            bad = next(
                (
                    number
                    for number, width in enumerate(widths)
                    if not _is_wide(width, columns[number : number + 2], em)
                ),
                None,
            )
        if bad is None:
            return cuts
        # Join rows that are not a column to a neighbour.
        bad = min(bad, len(cuts) - 1)
        del cuts[bad], widths[bad]
    return []


def _is_column(rows: Sequence[Row], em: float) -> bool:
    if not rows:
        return False
    width = max(row.right for row in rows) - min(row.left for row in rows)
    return width >= _COLUMN * em and _levels(rows) >= 2


def _is_wide(width: float, columns: Sequence[Sequence[Row]], em: float) -> bool:
    """Whether a gap between two columns is wide enough for their number of lines."""
    fewest = min(map(_levels, columns))
    if fewest >= _FEW_LINES:
        return True
    if fewest > 2:
        return width >= max(_FEW_GUTTER * em, 0.5 * max(row.size for column in columns for row in column))
    return width >= max(row.size for column in columns for row in column)


def _levels(rows: Sequence[Row]) -> int:
    """The number of lines that rows form."""
    return len({round(row.base / (0.5 * row.size)) for row in rows})


def _cut(rows: Sequence[Row], cuts: Sequence[float]) -> list[list[Row]]:
    """The rows between the cuts, from left to right."""
    columns: list[list[Row]] = [[] for _ in range(len(cuts) + 1)]
    for row in rows:
        columns[sum(cut < 0.5 * (row.left + row.right) for cut in cuts)].append(row)
    return columns


def _common_gutter(strips: Sequence[Sequence[Row]], start: int, em: float) -> int:
    """The end of the longest run of strips from ``start`` with a gutter between columns; ``start`` if there
    is none."""
    gaps = _gaps(strips[start], em)
    # the common gaps of the strips up to each end
    common = [(start + 1, gaps)]
    for end in range(start + 1, len(strips)):
        gaps = _common(gaps, _gaps(strips[end], em), em)
        if len(gaps) < 2:
            break
        common.append((end + 1, gaps))
    for end, gaps in common[: -_MOST_TRIES - 1 : -1]:
        region = [row for strip in strips[start:end] for row in strip]
        if len(region) >= 4 and _valid(region, gaps, em):
            return end
    return start


def _is_table(region: Sequence[Row], columns: Sequence[Sequence[Row]]) -> bool:
    """Whether columns are those of a table: most lines are short cells, in rows."""
    filled = []
    for column in columns:
        left, right = min(row.left for row in column), max(row.right for row in column)
        for line in _strips(column):
            width = max(row.right for row in line) - min(row.left for row in line)
            filled.append(width / max(right - left, 0.1))
    if sum(filled) / len(filled) >= _FILLED and len(columns) < 4:
        return False
    levels = [_strips(column) for column in columns]
    most, least = max(map(len, levels)), min(map(len, levels))
    letters = sum(len(row.cells) for row in region)
    return least >= 0.6 * most and letters < 25 * sum(map(len, levels))


def _lines(rows: Sequence[Row], rightward: bool) -> list[_Line]:
    """The lines of a column: rows on one level are one line."""
    lines: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: -row.base):
        same = lines and lines[-1][0].base - row.base < 0.45 * min(lines[-1][0].size, row.size)
        # A raised number that refers to a note belongs to the line below it.
        if not same and lines and row.size < 0.75 * lines[-1][0].size:
            same = lines[-1][0].base - row.base < 0.3 * lines[-1][0].size
        if same:
            lines[-1].append(row)
        else:
            lines.append([row])
    joined = []
    for parts in _with_raised(lines):
        parts.sort(key=lambda row: row.left)
        cells: list[Cell] = []
        for row in parts:
            if cells:
                cells.append(Cell(" ", cells[-1].right, row.left))
            cells += row.cells
        largest = max(parts, key=lambda row: row.right - row.left)
        joined.append(
            _Line(
                cells,
                parts[0].left,
                max(row.right for row in parts),
                largest.base,
                largest.size,
                _first_word(cells, rightward),
            )
        )
    return joined


def _with_raised(lines: list[list[Row]]) -> list[list[Row]]:
    """Merge raised and lowered signs, such as the numbers of notes, into the lines beside them."""
    kept: list[list[Row]] = []
    for number, line in enumerate(lines):
        host = None
        if all(row.right - row.left < 3 * row.size for row in line):
            for other in (*lines[number + 1 : number + 2], *kept[-1:]):
                shift = line[0].base - other[0].base
                larger = max(row.size for row in other)
                smaller = max(row.size for row in line) < 0.87 * larger
                if smaller and -0.35 * larger < shift < 0.75 * larger:
                    host = other
                    break
        if host is None:
            kept.append(line)
        else:
            host += line
    return kept


def _edges(lines: Sequence[_Line]) -> tuple[float, float]:
    """The left and right edges of a column: the outermost ends, or those of many lines if a few stick out."""
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    left, right = lefts[0], rights[-1]
    if len(lines) >= _FEW_LINES:
        few = len(lines) // 10 + 1
        near = 0.1 * _median([line.size for line in lines])

        def shared(ends: Sequence[float], edge: float) -> bool:
            return sum(abs(end - edge) < near for end in ends) > 0.3 * len(lines)

        left = next((edge for edge in lefts[1 : few + 1] if shared(lefts, edge)), left)
        right = next((edge for edge in reversed(rights[-1 - few : -1]) if shared(rights, edge)), right)
    return left, right


def _first_word(cells: Sequence[Cell], rightward: bool) -> float:
    """The width of the first word of a line."""
    ordered = cells if rightward else list(reversed(cells))
    width = 0.0
    for cell in ordered:
        if cell.text == " ":
            break
        width += max(0.0, cell.right - cell.left)
    return width


def _grouped(lines: Sequence[_Line], left: float, right: float, rightward: bool) -> Iterator[list[_Line]]:
    """Group the lines of a column into paragraphs."""
    # In letter sizes: the lines of a headline are further apart than those of the text.
    leading = [
        (above.base - below.base) / above.size
        for above, below in pairwise(lines)
        if abs(above.size - below.size) < 0.1 * above.size
    ]
    # Short paragraphs: less than half of the gaps may be inside them.
    usual = min(sorted(leading)[len(leading) // 4], 2.4) if leading else 0.0
    rests = [right - line.right if rightward else line.left - left for line in lines]
    em = _median([line.size for line in lines])
    # Beside a picture, lines are shorter than the column: there, an edge that two lines share is the border.
    close = [em < min(one, two) and abs(one - two) < _SAME_EDGE * em for one, two in pairwise(rests)]
    shared = [one or two for one, two in zip([False, *close], [*close, False], strict=True)]
    full = sum(rest < 0.1 * em for rest in rests)
    # Ragged lines may leave this much room although a further word would have fitted; justified lines, none.
    justified = full >= 3 and 3 * full >= len(lines)
    slack = 0.0 if justified else min(_median(rests), 4 * em)
    group = [lines[0]]
    for (above, below), is_full in zip(pairwise(lines), shared, strict=False):
        if _begins_paragraph(above, below, left, right, usual, slack, justified, is_full, rightward):
            yield group
            group = []
        group.append(below)
    yield group


def _begins_paragraph(
    above: _Line,
    below: _Line,
    left: float,
    right: float,
    usual: float,
    slack: float,
    justified: bool,
    is_full: bool,
    rightward: bool,
) -> bool:
    """Whether a paragraph begins with the lower of two lines; ``is_full``: the upper one ends where a
    neighbouring line does."""
    em = max(above.size, below.size)
    if abs(above.size - below.size) > 0.12 * em:
        return True
    if above.base - below.base > em * max(1.28 * usual, usual + 0.3, 0.9):
        return True
    # Free width at the end of the upper line, and indent of the lower one.
    end, start = (
        (right - above.right, below.left - left) if rightward else (above.left - left, right - below.right)
    )
    start_above = above.left - left if rightward else right - above.right
    if _is_centred(above, left, right, em) and _is_centred(below, left, right, em):
        return False
    if start > 0.7 * em and start_above < 0.35 * em:
        return True
    if is_full:
        return False
    # In a justified paragraph, only the last line ends early.
    if justified and end > 0.5 * em:
        return True
    return end > below.first_word + 0.6 * em + slack


def _is_centred(line: _Line, left: float, right: float, em: float) -> bool:
    before, after = line.left - left, right - line.right
    return before > em and after > em and abs(before - after) < 1.5 * em


def _paragraph(
    group: Sequence[_Line], column: int, left: float, right: float, page_rightward: bool, left_to_right: bool
) -> Paragraph:
    """The paragraph of a group of lines, in logical order."""
    leftward = is_right_to_left([cell for line in group for cell in line.cells])
    rightward = page_rightward if leftward is None else not leftward
    texts = []
    strong = ""
    for line in group:
        if left_to_right:
            text = "".join(cell.text for cell in line.cells)
        else:
            text, strong = logical(line.cells, rightward, strong)
        texts.append(" ".join(text.split()))
    first, last = group[0], group[-1]
    em = last.size
    indent = first.left - left if rightward else right - first.right
    rest = right - last.right if rightward else last.left - left
    return Paragraph(
        [text for text in texts if text],
        round(em, 1),
        first.base + 0.75 * em,
        last.base - 0.2 * em,
        column,
        indent > 0.7 * em,
        round(rest, 1),
        round(first.first_word, 1),
        rightward,
    )
