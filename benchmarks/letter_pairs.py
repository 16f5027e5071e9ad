"""How likely one Arabic letter follows another in news: the table in khabar/corpus/pdf/pairs.py.

    python benchmarks/letter_pairs.py FILE_OR_FOLDER ... > search/khabar/corpus/pdf/pairs.py

Counts pairs of letters in the words of articles, with the start and the end of a word as letters, and writes
the logarithms of their probabilities.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from itertools import pairwise

from khabar.corpus import read

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءةىئؤ"
FOLDED = str.maketrans("أإآٱیکەگچپڤ", "اااايكهكجبف")
MOST = 3_000_000


def main() -> None:
    pairs: Counter[tuple[str, str]] = Counter()
    words = 0
    for article in read(sys.argv[1:]):
        for word in re.findall(r"[\u0621-\u063a\u0641-\u064a]{2,}", article.text.translate(FOLDED)):
            pairs.update(pairwise(f" {word} "))
            words += 1
        if words > MOST:
            break
    alphabet = " " + LETTERS
    rows = []
    for first in alphabet:
        total = sum(pairs[first, second] for second in alphabet) + len(alphabet)
        row = (-math.log((pairs[first, second] + 1) / total) for second in alphabet)
        # Tenths of a nat, as characters from «!» on.
        rows.append("".join(chr(33 + min(93, round(10 * value / 1.5))) for value in row))
    print('"""How likely one Arabic letter follows another.')
    print()
    print("Made by ``benchmarks/letter_pairs.py``, not by hand.")
    print()
    print(f"Counted in {words:,} words of news of Al Mayadeen (MIT) and Jawhara FM (Apache-2.0). These are")
    print("facts about the language; no text is in it.")
    print('"""')
    print()
    print("from __future__ import annotations")
    print()
    print('__all__ = ["ALPHABET", "SCALE", "TABLE"]')
    print()
    print(f"ALPHABET = {alphabet!r}")
    print('"""The start or end of a word, and the letters, without hamzas on alef."""')
    print("SCALE = 0.15")
    print('"""One step of the table in natural logarithms."""')
    print(
        "#: A row for each letter, and in it a character for each following letter: its steps, "
        "counted from «!»."
    )
    print("TABLE = (")
    for row in rows:
        print(f"    {row!r},")
    print(")")


if __name__ == "__main__":
    main()
