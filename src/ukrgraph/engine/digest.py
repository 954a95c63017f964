"""Digest access authentication: the answer to a server's challenge (RFC 7616, section 3.4).

The password itself is never sent, only a hash of it with what the server and we made up for this request.
"""

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

Hash = Callable[[str], str]


def _hash(name: str) -> Hash:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


ALGORITHMS: Mapping[str, Hash] = MappingProxyType(
    {"MD5": _hash("md5"), "SHA-256": _hash("sha256"), "SHA-512-256": _hash("sha512_256")}
)
"""Algorithms of RFC 7616, section 6.1."""


def understood(challenge: Mapping[str, str]) -> bool:
    """Tell whether a challenge can be answered: its algorithm is known, and it does not want the body hashed."""
    algorithm = challenge.get("algorithm", "MD5").upper().removesuffix("-SESS")
    return algorithm in ALGORITHMS and (not challenge.get("qop") or "auth" in _options(challenge))


def _options(challenge: Mapping[str, str]) -> list[str]:
    return [option.strip() for option in challenge.get("qop", "").split(",")]


def response(
    challenge: Mapping[str, str], who: tuple[str, str], request: tuple[str, str], count: int, nonce: str
) -> str:
    """Return the value of Authorization for a request: its method and target.

    `who` is user and password, `count` how often this challenge was answered, from 1, and `nonce` what we made up.
    """
    (user, password), (method, target) = who, request
    algorithm = challenge.get("algorithm", "MD5")
    digest = ALGORITHMS[algorithm.upper().removesuffix("-SESS")]
    realm, theirs = challenge.get("realm", ""), challenge.get("nonce", "")
    secret = digest(f"{user}:{realm}:{password}")
    if algorithm.upper().endswith("-SESS"):
        secret = digest(f"{secret}:{theirs}:{nonce}")
    wanted, number = digest(f"{method}:{target}"), f"{count:08x}"
    quoted = {"username": user, "realm": realm, "nonce": theirs, "uri": target}
    plain = {"algorithm": algorithm}
    if challenge.get("qop"):
        quoted["response"] = digest(f"{secret}:{theirs}:{number}:{nonce}:auth:{wanted}")
        quoted["cnonce"] = nonce
        plain |= {"qop": "auth", "nc": number}
    else:  # RFC 2069, as RFC 7616 keeps it for old servers
        quoted["response"] = digest(f"{secret}:{theirs}:{wanted}")
    if "opaque" in challenge:
        quoted["opaque"] = challenge["opaque"]
    said = [f'{name}="{_escaped(value)}"' for name, value in quoted.items()]
    return "Digest " + ", ".join([*said, *(f"{name}={value}" for name, value in plain.items())])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
