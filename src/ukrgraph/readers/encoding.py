"""From bytes to the text that offsets count in: UTF-8, without byte order mark, line ends LF, nothing else changed."""

from ukrgraph.errors import InputError
from ukrgraph.finding import SOURCE_LIMIT, Finding, Severity, excerpt

_BOM = "\ufeff"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes, file: str) -> tuple[str, list[Finding]]:
    """Return the text of a file and what had to be changed in it; `file` is its name for messages.

    Raises InputError with line and byte offset (from 0) if `data` is not UTF-8.
    """
    try:
        return normalise(data.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        found = not_unicode(error, file)
        raise InputError(f"{file}:{found.line}: {found.message}; {found.advice}") from error


def not_unicode(error: UnicodeDecodeError, file: str) -> Finding:
    """Return the finding about bytes that are not UTF-8, with line, column in code points, and byte offset from 0."""
    data, start = error.object, error.start
    line_start = data.rfind(b"\n", 0, start) + 1
    before = data[line_start:start].decode("utf-8", "replace")
    source = before + data[start : start + SOURCE_LIMIT].partition(b"\n")[0].decode("utf-8", "replace")
    column = len(before) + 1
    message = f"expected UTF-8, got byte 0x{data[start]:02x} at byte {start} ({error.reason})"
    advice = f"convert the file {'from UTF-16 ' * data.startswith(_UTF16)}to UTF-8"
    line = data.count(b"\n", 0, start) + 1
    return Finding("not-utf-8", Severity.VIOLATION, message, file, line, column, excerpt(source, column), 1, advice)


def normalise(text: str, file: str, lone: str = "\n") -> tuple[str, list[Finding]]:
    """Return `text` without byte order mark and with line ends LF, and one finding for each of the two changes.

    A carriage return that no line feed follows becomes `lone`.
    """
    findings = []
    if text.startswith(_BOM):
        text = text[1:]
        advice = "save the file without byte order mark"
        message = "expected no byte order mark, got one"
        findings.append(Finding("byte-order-mark", Severity.WARNING, message, file, 1, 1, advice=advice))
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        message = f"expected line ends LF, got {text.count(chr(13))} carriage returns, the first in line {line}"
        advice = "save the file with line ends LF, and keep git from changing them (.gitattributes: -text)"
        findings.append(Finding("carriage-return", Severity.WARNING, message, file, line, advice=advice))
        text = text.replace("\r\n", "\n").replace("\r", lone)
    return text, findings


def unfinished(text: str, file: str) -> list[Finding]:
    """Return a finding if `text` is not empty and its last line has no line end."""
    if not text or text.endswith("\n"):
        return []
    message = "expected LF after the last line, got the end of the file"
    advice = "end the last line with LF; if lines are missing, the file was cut off"
    return [Finding("no-final-newline", Severity.WARNING, message, file, text.count("\n") + 1, advice=advice)]
