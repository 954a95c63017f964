"""The address of a store elsewhere: http or https, with a host, and with nothing secret in it.

Addresses stand in messages, in journals and in the history of shells, so a user's name and password have no place in
them: they come from the environment (`ukrgraph.engine.access`).
"""

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from ukrgraph.errors import UsageError

_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """An address in its parts; `target` is path and query as a request names them."""

    url: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def loopback(self) -> bool:
        """Tell whether the host is this machine, so that nothing leaves it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def protected(self) -> bool:
        """Tell whether nobody on the way can read what is sent."""
        return self.scheme == "https" or self.loopback


def is_address(text: str) -> bool:
    """Tell whether `text` is meant as an address, not as the name of a folder."""
    return "://" in text


def address(text: str, option: str = "--store") -> Address:
    """Return the address that `text` is; `option` is how messages call it.

    Raises UsageError if it is not http or https, has no host, or holds a user's name or password.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{option}: expected an http or https address, got {text!r}: {error}") from error
    if parts.username is not None or parts.password is not None:
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        raise UsageError(
            f"{option}: expected an address without a user, got one for {shown}; "
            "give UKRGRAPH_STORE_USER and UKRGRAPH_STORE_PASSWORD in the environment"
        )
    sound = text.isprintable() and " " not in text
    if parts.scheme not in _PORTS or not parts.hostname or not sound:
        raise UsageError(f"{option}: expected an http or https address, got {text!r}")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{_asked(parts.query)}" if parts.query else "")
    return Address(text, parts.scheme, parts.hostname, port or _PORTS[parts.scheme], target)


def _asked(query: str) -> str:
    return quote(query, safe="/%:@!$&'()*+,;=~?")


def with_parameter(target: str, name: str, value: str | None = None) -> str:
    """Return a target with a parameter more; one without a value if `value` is None."""
    added = name if value is None else f"{name}={quote(value, safe='')}"
    return f"{target}{'&' if '?' in target else '?'}{added}"
