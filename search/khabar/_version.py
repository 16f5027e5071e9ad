"""The version, in one place: setup.cfg, ``khabar --version`` and ``khabar.__version__`` read it here."""

__version__ = "0.2.0"
