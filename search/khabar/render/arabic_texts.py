"""The table of :mod:`khabar.render.arabic`."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS = {
    "{}, record {}": "{0}، السجل {1}",
    "harakat": "حركات",
    "date": "تاريخ",
    "metadata": "البيانات الوصفية",
    "end mark": "علامة الانتهاء",
    "the file is empty": "الملف فارغ",
    "tatweel": "تطويل",
}
