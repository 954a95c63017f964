"""Who we are to a store elsewhere: a user with a password, or a token, from the environment and from nowhere else.

    UKRGRAPH_STORE_USER, UKRGRAPH_STORE_PASSWORD   sent when the server asks for them, by digest if it can, else basic
    UKRGRAPH_STORE_TOKEN                           sent with every request, as a bearer token (RFC 6750)
    UKRGRAPH_STORE_PLAIN_HTTP=yes                  allows either over http to another machine
    http_proxy, https_proxy, no_proxy              proxies, also in upper case; never for this machine itself

A secret is sent to the host of the address that the user gave, over https or to this machine, never over a redirect;
and it is printed nowhere.
"""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.request import getproxies_environment, parse_http_list, parse_keqv_list, proxy_bypass

from ukrgraph.engine import digest
from ukrgraph.engine.address import Address
from ukrgraph.errors import UsageError

USER, PASSWORD, TOKEN = "UKRGRAPH_STORE_USER", "UKRGRAPH_STORE_PASSWORD", "UKRGRAPH_STORE_TOKEN"
PLAIN = "UKRGRAPH_STORE_PLAIN_HTTP"


@dataclass(frozen=True, slots=True)
class Access:
    """What is sent to prove who we are; nothing if all is empty. `plain` allows it over http to another machine."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    plain: bool = False

    @property
    def given(self) -> bool:
        """Tell whether there is anything to send."""
        return bool(self.user or self.token)

    def checked(self, where: Address) -> "Access":
        """Return this.

        Raises UsageError if something secret would go over http to another machine.
        """
        if self.given and not self.plain and not where.protected:
            name = TOKEN if self.token else PASSWORD
            raise UsageError(
                f"{where.url}: expected an https address to send {name} to, got http, where others can read it; "
                f"use https, unset {name}, or set {PLAIN}=yes"
            )
        return self


def access(environment: Mapping[str, str]) -> Access:
    """Return what the environment says.

    Raises UsageError if it says half of it, both, or what no header can hold; no value is shown.
    """
    user, password, token = (environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if user and token:
        raise UsageError(f"{USER} and {TOKEN}: expected one of them, got both; unset one")
    if bool(user) != bool(password):
        has, lacks = (USER, PASSWORD) if user else (PASSWORD, USER)
        raise UsageError(f"{has}: expected {lacks} with it, got none; set both")
    if ":" in user or not user.isprintable() or not password.isprintable():
        raise UsageError(f"{USER}, {PASSWORD}: expected a user without ':', and both without control characters")
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError(f"{TOKEN}: expected visible ASCII characters, got others; is there a line end in it?")
    return Access(user, password, token, environment.get(PLAIN, "") == "yes")


def challenges(header: str) -> dict[str, dict[str, str]]:
    """Return the challenges of WWW-Authenticate (RFC 9110, section 11.6.1): parameters by scheme in lower case."""
    found: dict[str, dict[str, str]] = {}
    last = ""
    for item in parse_http_list(header):
        scheme, _, rest = item.partition(" ")
        if "=" not in scheme:
            last = scheme.lower()
            found[last] = {}
            item = rest.strip()  # noqa: PLW2901  # the first parameter of the scheme
        if last and "=" in item:
            found[last] |= {name.lower(): value for name, value in parse_keqv_list([item]).items()}
    return found


class Authorization:
    """The value of Authorization, request by request: a challenge is answered again until there is a new one."""

    def __init__(self, given: Access) -> None:
        self.given = given
        self._basic = False
        self._digest: dict[str, str] | None = None
        self._count = 0

    def value(self, method: str, target: str) -> str:
        """Return the value for a request, "" if none is to be sent."""
        if self.given.token:
            return f"Bearer {self.given.token}"
        if self._digest is not None:
            self._count += 1
            who = (self.given.user, self.given.password)
            return digest.response(self._digest, who, (method, target), self._count, secrets.token_hex(16))
        if self._basic:
            return "Basic " + b64encode(f"{self.given.user}:{self.given.password}".encode()).decode()
        return ""

    def take(self, header: str) -> bool:
        """Take a challenge; return whether the request should be sent again, because now there is an answer to it."""
        if not self.given.user:
            return False
        found = challenges(header)
        if "digest" in found and digest.understood(found["digest"]):
            again = self._digest is None or found["digest"].get("stale", "").lower() == "true"
            self._digest, self._count = found["digest"], 0
            return again
        again = "basic" in found and not self._basic
        self._basic = "basic" in found
        return again


def proxy(where: Address) -> str:
    """Return the address of the proxy for `where` that the environment names, "" if there is none.

    There is none for this machine, whatever the environment says.
    """
    proxies = getproxies_environment()
    if where.loopback or proxy_bypass(where.host, proxies):
        return ""
    return str(proxies.get(where.scheme, ""))
