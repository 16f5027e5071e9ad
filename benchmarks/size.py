"""How large an index is: ``python benchmarks/size.py [--articles 1000] [--index-cache DIR]``."""

from __future__ import annotations

from common import Setting, Table, main
from systems import built, folder_mb


def measure(setting: Setting) -> list[Table]:
    """Bytes on disk, and for each byte of text."""
    articles = setting.texts.articles()
    text_mb = sum(len(passage.text.encode()) for each in articles for passage in each.passages()) / 1e6
    sizes = {each.name: folder_mb(built(each, setting.texts)) for each in setting.distinct}
    return [
        Table(
            "Size of the index, texts stored.",
            ("", "MB", "for each byte of text"),
            tuple((name, (size, f"{size / text_mb:.2f}")) for name, size in sizes.items()),
            setting.base,
            f"The texts are {text_mb:.1f} MB of UTF-8. khabar keeps whole articles and its lexicon of all "
            f"depths.",
        )
    ]


if __name__ == "__main__":
    main(__doc__, measure)
