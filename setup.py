"""The manual pages of a wheel, made of the commands' help when it is built. Everything else is in
setup.cfg."""

import sys
from pathlib import Path

from setuptools import setup

from distutils.command.install_data import install_data  # isort: skip  # setuptools brings it


class ManualPages(install_data):
    """Adds share/man, in English and Arabic, to what is installed."""

    def run(self) -> None:
        sys.path.insert(0, str(Path(__file__).parent / "search"))
        from khabar.cli.group import khabar
        from khabar.cli.manual import file_name, pages_of

        root = khabar.context_class(khabar, info_name="khabar")
        for language, place in (("en", "man1"), ("ar", "ar/man1")):
            folder = Path("build/man", place)
            folder.mkdir(parents=True, exist_ok=True)
            files = []
            for path, text in pages_of(root, language):
                file = folder / file_name(path)
                file.write_text(text, encoding="utf-8")
                files.append(str(file))
            self.data_files.append((f"share/man/{place}", files))
        super().run()


# One entry, so that there is data to be installed.
setup(cmdclass={"install_data": ManualPages}, data_files=[("share/man/man1", [])])
