"""What the answers of servers mean: which are refusals, and what a user can do about each."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from ukrgraph.engine.access import PASSWORD, TOKEN, USER
from ukrgraph.engine.address import Address
from ukrgraph.engine.transport import Answer
from ukrgraph.errors import OutsideError

BAD_REQUEST = 400
_READ, _SHOWN = 4000, 300
_REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})

_ADVICE: Mapping[int, str] = MappingProxyType(
    {
        401: f"set {USER} and {PASSWORD}, or {TOKEN}, to what the server knows",
        403: "ask for the right to do this, or give another user",
        404: "check the path of the address: it often ends in /sparql, /query, /update or /store",
        405: "check the path of the address: one for queries takes no updates, and the reverse",
        413: "send smaller batches, or raise the limit of the server",
        415: "check the path of the address: this one does not speak SPARQL",
        429: "ask less often, or later",
        502: "try again later",
        503: "try again later",
        504: "allow the server more time, or ask for less",
    }
)


def accepted(where: Address, answer: Answer) -> Answer:
    """Return `answer`.

    Raises SyntaxError if the server calls the request malformed (400), OutsideError if it refuses it or sends it on.
    """
    if answer.status < 300:  # noqa: PLR2004  # 2xx is success
        return answer
    if answer.status in _REDIRECTS:
        raise OutsideError(
            f"{where.url}: expected an answer, got {answer.status}, which leads to {_place(answer)}; "
            "give that address if you trust it: redirects are not followed"
        )
    text = excerpt(answer)
    if answer.status == BAD_REQUEST:  # MalformedQuery (SPARQL 1.1 Protocol, section 2.1.6)
        raise SyntaxError(text or "the server says no more than 400")
    said = " ".join(part for part in (str(answer.status), answer.reason) if part)
    advice = _ADVICE.get(answer.status, "" if text else "the log of the server may say why")
    what = f"{where.url}: the endpoint answered {said}{f': {text}' if text else ''}"
    raise OutsideError(f"{what}; {advice}" if advice else what)


def excerpt(answer: Answer) -> str:
    """Return the beginning of what a server says, on one line; of a page its title only."""
    text = answer.body.start(_READ).decode("utf-8", "replace")
    if "html" in answer.kind or text.lstrip()[:1] == "<":
        title = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
        text = title[1] if title else ""
    words = "".join(letter if letter.isprintable() else " " for letter in text).split()
    line = " ".join(words)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 3] + "..."


def _place(answer: Answer) -> str:
    """Return where a redirect leads, without what may be secret."""
    parts = urlsplit(answer.headers.get("location", ""))
    host = parts.netloc.rpartition("@")[2]
    shown = f"{parts.scheme}://{host}{parts.path}" if host else parts.path
    return shown if shown.isprintable() and shown else "no place"
