"""Recognises options of ``khabar search`` typed at the prompt, and names the commands to type instead."""

from __future__ import annotations

from khabar.cli.arguments import Kind, read_argument

__all__ = ["instead", "option_in"]

#: The commands of the prompt that correspond to options of ``khabar search``.
_INSTEAD = {
    "-n": ":limit {}",
    "--limit": ":limit {}",
    "--offset": ":next",
    "--page": ":next",
    "--sort": ":sort {}",
    "--group": ":group {}",
    "--count": ":count",
    "--output": ":export {}",
    "-o": ":export {}",
    "--since": ":since {}",
    "--until": ":until {}",
    "--source": ":source {}",
    "--author": ":author {}",
    "--section": ":section {}",
    "--tag": ":tag {}",
    "--explain": ":why رئيس",
}
#: Example values of these commands.
_EXAMPLES = {
    ":limit {}": "10",
    ":sort {}": "newest",
    ":group {}": "story",
    ":export {}": "hits.csv",
    ":since {}": "2024",
    ":until {}": "2024",
    ":source {}": "الخليج",
    ":author {}": "الزهراني",
    ":section {}": "رياضة",
    ":tag {}": "النفط",
}


def instead(option: str, value: str) -> str:
    """The text to type at the prompt instead of an option with its value."""
    command = _INSTEAD.get(option, ":help")
    return command.format(value or _EXAMPLES.get(command, ""))


def option_in(line: str) -> tuple[str, str]:
    """The first option of ``khabar search`` in a typed line, and its value; ("", "") if there is none.

    Without this check, the option would exclude a word: at the prompt, as in any query, a dash does.
    """
    if "-" not in line and line.isascii():
        return "", ""
    from khabar.cli.parsing import known_options
    from khabar.cli.search import command

    known = known_options(command)
    words = line.split()
    for word, following in zip(words, [*words[1:], ""], strict=True):
        read = read_argument(word, known)
        if read.kind is Kind.OPTION or (read.kind is Kind.WRONG and read.names[0].startswith("--")):
            return read.names[0], read.value if read.value is not None else following
    return "", ""
