"""From bytes to text, with texts of the lengths and kinds that newspapers have."""

import codecs
import random
import time
from typing import Any

import pytest
from reading_helpers import named

from khabar.corpus.pieces.encoded_again import undone
from khabar.corpus.pieces.encoding import decode, is_utf8
from khabar.corpus.report import Unreadable

SHORT = [
    "الرئيس يصل إلى العاصمة",
    "ارتفاع أسعار النفط في الأسواق العالمية",
    "وزير الخارجية يلتقي نظيره الفرنسي",
    "هزة أرضية شمال البلاد",
    "منتخب الناشئين يفوز بكأس العرب",
]
PARAGRAPHS = [
    "أعلنت وزارة الصحة، اليوم الثلاثاء، تسجيل عشرين إصابة جديدة، ليرتفع عدد الحالات إلى مئتين وخمسين حالة.",
    "قال المتحدث باسم الحكومة إن المجلس سيعقد جلسة طارئة غدا؛ لبحث تداعيات الفيضانات في المحافظات الجنوبية.",
    "شَدَّدَ الأمينُ العامُّ على أنَّ الحوارَ هو الطريقُ الوحيدُ إلى السلامِ، ودعا الأطرافَ إلى ضبطِ النفسِ.",
    "بلغ سعر برميل النفط 85.40 دولارا في تعاملات الأمس، بارتفاع 1.2 في المئة عن اليوم السابق (رويترز).",
    "ضابط في غرفة الطوارئ: ظلت المظاهرات في طرابلس متقطعة، وغطى الضباب معظم الطرق المؤدية إلى المطار.",
]


@pytest.mark.parametrize("text", SHORT + PARAGRAPHS + ["\n".join(PARAGRAPHS)])
@pytest.mark.parametrize(
    ("codec", "name"),
    [("cp1256", "windows-1256"), ("iso8859_6", "iso-8859-6"), ("utf-16-le", None), ("utf-16-be", None)],
)
def test_encodings_that_must_be_guessed(text: str, codec: str, name: str | None) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, name or codec, True)


def test_mac_arabic_is_known_by_its_own_signs() -> None:
    # In Mac OS a space, a full stop and digits of Arabic text have codes of their own.
    text = "\n".join(SHORT) + "\nافتتح الوزير السوق القديمة في ٢٠٠٤."
    decoded = decode(text.encode("mac_arabic"))
    assert (decoded.text.replace("\xa0", " "), decoded.encoding) == (text, "mac-arabic")


@pytest.mark.parametrize("text", [*SHORT, *PARAGRAPHS, "\n".join(PARAGRAPHS)])
@pytest.mark.parametrize("latin", ["latin-1", "cp1252"])
def test_windows_1256_that_was_taken_for_latin(text: str, latin: str) -> None:
    data = text.encode("cp1256").decode(latin, "replace").encode()
    if b"\xef\xbf\xbd" not in data:
        decoded = decode(data)
        assert (decoded.text, decoded.guessed) == (text, True)


def test_french_is_no_arabic_taken_for_latin() -> None:
    for text in ("Ça a été décidé à l'été : l'Élysée a déjà réagi.", "ÉTÉ À ÇÀ ET LÀ", "Çelik çok güçlü"):
        assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
        (b"", "utf-8", "utf-8"),
    ],
    ids=named,
)
def test_encodings_that_say_what_they_are(mark: bytes, codec: str, name: str) -> None:
    decoded = decode(mark + PARAGRAPHS[0].encode(codec))
    assert (decoded.text, decoded.encoding, decoded.guessed) == (PARAGRAPHS[0], name, False)


def test_direction_marks_do_not_hide_windows_1256() -> None:
    text = "حادث مرور في قفصة\u200e\n\u200fأفاد المراسل بأن الطريق مقطوعة\u200e"
    assert decode(text.encode("cp1256")).text == text


def test_windows_quotes_and_french_words() -> None:
    text = "وقّع “لبنان” اتفاقا مع شركة générale d'électricité – فرع المشرق"
    assert decode(text.encode("cp1256")).text == text


def test_utf8_with_a_few_broken_bytes_is_still_utf8() -> None:
    data = PARAGRAPHS[0].encode()
    decoded = decode(data[:31] + data[32:-1])
    assert (decoded.encoding, decoded.guessed) == ("utf-8 (damaged)", True)
    assert 1 <= decoded.text.count("\ufffd") <= 3
    assert "تسجيل عشرين إصابة جديدة" in decoded.text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        b"\x00\x01\x02\x03" * 100,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200),
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + random.Random(1).randbytes(4000),
        codecs.BOM_UTF16_LE + b"\x00\xd8" * 50,
        codecs.BOM_UTF8 + bytes(100),
        "قال الوزير".encode("cp1256") + b"\0\0",
    ],
    ids=named,
)
def test_bytes_that_are_not_text(data: bytes) -> None:
    with pytest.raises(Unreadable, match="not text"):
        decode(data)


@pytest.mark.parametrize("seed", range(5))
def test_noise_without_control_characters_is_not_text_either(seed: int) -> None:
    choice = random.Random(seed)
    noise = bytes(choice.randrange(0x80, 0x100) for _ in range(2000))
    with pytest.raises(Unreadable, match="encoding"):
        decode(noise)


def test_a_stray_nul_does_not_make_a_text_binary() -> None:
    assert decode("قال\0 الوزير".encode()).text == "قال\0 الوزير"


def test_bytes_beyond_ascii_may_come_late() -> None:
    text = "ABC " * 50_000 + PARAGRAPHS[0]
    assert decode(text.encode("cp1256")).text == text


def test_guessing_takes_bounded_time() -> None:
    data = ("هذا نص طويل جدا في سطر واحد " * 500_000).encode("cp1256")
    start = time.process_time()
    assert decode(data).encoding == "windows-1256"
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("head", "streams"),
    [
        (PARAGRAPHS[0].encode(), True),
        (codecs.BOM_UTF8 + PARAGRAPHS[0].encode(), True),
        (f"{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}".encode()[:-1], True),
        (b'{"title": 1}\n' * 20 + "خ".encode()[:1], True),
        (PARAGRAPHS[0].encode("utf-16"), False),
        (PARAGRAPHS[0].encode("utf-16-le"), False),
        (PARAGRAPHS[0].encode("cp1256"), False),
    ],
    ids=named,
)
def test_which_bytes_can_be_decoded_line_by_line(head: bytes, streams: bool) -> None:
    assert is_utf8(head) is streams


def as_latin(data: bytes) -> str:
    """Bytes read as Latin, as browsers do: Windows-1252, with control characters for its gaps."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize("text", ["\n".join(SHORT), PARAGRAPHS[0], PARAGRAPHS[2]], ids=named)
@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("codec", ["latin-1", "windows-1252", "cp1256"])
def test_utf8_encoded_again_and_again(text: str, times: int, codec: str) -> None:
    written = text
    for _ in range(times):
        data = written.encode()
        written = as_latin(data) if codec == "windows-1252" else data.decode(codec)
    decoded = decode(written.encode())
    assert decoded.text == text and decoded.guessed
    assert decoded.encoding == f"utf-8 (encoded {'twice' if times == 1 else f'{times + 1} times'})"
    assert not is_utf8(written.encode() + b"\n")


WRONG = "السوق المالية ترتفع اليوم في الرياض".encode("cp1256").decode("latin-1")
CORRECT = ["وهذا نص عربي سليم", "Читайте также → далее", "שלום", "😀 🎉", "El niño soñó. AÇÃO, Élève"]


@pytest.mark.parametrize("beside", CORRECT)
@pytest.mark.parametrize("times", [1, 3000])
def test_lines_beside_windows_1256_taken_for_latin_stay(beside: str, times: int) -> None:
    right = " ".join(["السوق المالية ترتفع اليوم في الرياض"] * times)
    wrong = " ".join([WRONG] * times)
    for order in ([wrong, beside], [beside, wrong], [wrong, beside, wrong]):
        expected = "\n".join(right if line == wrong else line for line in order)
        assert undone("\n".join(order)) == expected
        assert decode("\n".join(order).encode()).text == expected


def test_a_line_that_is_partly_windows_1256_taken_for_latin_loses_nothing() -> None:
    assert undone(f"{WRONG} 😀") == f"{WRONG} 😀"
    assert undone(f"{WRONG}\ufffd 12") == "السوق المالية ترتفع اليوم في الرياض\ufffd 12"


def test_short_and_vocalised_lines_of_windows_1256_taken_for_latin() -> None:
    text = '"title": "خبر"\nمَدْرَسَةٌ جَدِيدَةٌ\nالسوق المالية ترتفع'
    assert undone(text.encode("cp1256").decode("latin-1")) == text


def test_letters_lost_in_a_second_encoding_are_reported() -> None:
    text = "\n".join(SHORT)
    decoded = decode(text.encode().decode("cp1252", "replace").encode())
    assert decoded.encoding == "utf-8 (encoded twice, damaged)"
    assert decoded.text.startswith("الرئيس يصل إلى العاصمة") and "ا\ufffd\ufffd" not in decoded.text[:20]
    # ف has a byte that Windows-1252 does not have.
    assert len(decoded.text.replace("\ufffd", "")) == len(text) - text.count("ف")


@pytest.mark.parametrize(
    "text",
    [
        "Le président a été reçu à l'Élysée, où il a évoqué la crise. Les élèves ont été très déçus.",
        "L'ÉTÉ À PARIS : LES ÉLÈVES FRANÇAIS REÇUS",
        "Die größte Übung für Schüler fällt in München aus.",
        "El niño español pidió más años en la montaña. ¿Qué pasó?",
    ],
)
def test_latin_words_get_no_arabic_letters(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("codec", ["cp1256", "iso8859_6"])
@pytest.mark.parametrize(
    "text",
    ["The minister (الوزير) said in Riyadh that the summit (القمة) is over.", "قالت BBC وCNN إن الخبر صحيح"],
)
def test_arabic_words_among_latin_ones_stay_arabic(text: str, codec: str) -> None:
    assert decode(text.encode(codec)).text == text


def test_french_around_an_arabic_word_stays() -> None:
    text = "Le ministre (الوزير) a été reçu par le président français"
    assert decode(text.encode("cp1256")).text == text


LINES_OF_TWO = "قال وزير الطاقة إن وقف إطلاق النار قريب، وإنه محاط، كما يقول، بالأمل."


@pytest.mark.parametrize(
    "order", [("utf-8", "cp1256"), ("cp1256", "utf-8"), ("utf-8", "utf-8", "utf-8", "cp1256")]
)
def test_joined_files_in_two_encodings(reading_bytes: Any, order: tuple[str, ...]) -> None:
    data = "هدنة جديدة\n".encode(order[0]) + b"".join(f"{LINES_OF_TWO}\n".encode(each) for each in order)
    articles, report = reading_bytes("a.txt", data)
    assert articles[0].title == "هدنة جديدة"
    assert set(articles[0].paragraphs) == {LINES_OF_TWO}
    assert [encoding for _, encoding in report.guessed] == ["utf-8 and windows-1256"]


def test_a_stray_byte_makes_no_second_encoding(reading_bytes: Any) -> None:
    line = LINES_OF_TWO.encode()
    articles, report = reading_bytes("a.txt", b"\n".join([line, line[:30] + b"\xd8" + line[30:], line]))
    assert "وزير الطاقة" in articles[0].paragraphs[1]
    assert [encoding for _, encoding in report.guessed] == ["utf-8 (damaged)"]
