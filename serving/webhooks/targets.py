"""Where messages may go: hosts the deployment names, at addresses that are no trick.

An administrator's account that was taken over must not make this server knock at doors of the court's network
(server-side request forgery): a target is one of `XIEZHI_WEBHOOK_HOSTS`, its name is looked up once for each sending and
the address that was checked is the one that is called.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from xiezhi.errors import InputError

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000


class Target(NamedTuple):
    """A URL taken apart."""

    host: str
    port: int


def check_url(url: str, hosts: str) -> Target:
    """The target of `url`. Raises InputError unless it is http(s) to one of the hosts of the settings (`hosts`)."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        plain = (
            not (parts.username or parts.password or parts.fragment) and url.isascii() and url.isprintable()
        )
    except ValueError:
        scheme, host, port, plain = "", "", None, False
    if scheme not in _PORTS or not host or not plain or len(url) > _LONGEST:
        raise InputError(
            "接收地址须为 http(s) 网址，不含账号、片段或非 ASCII 字符。",
            "A target is an http(s) URL in ASCII, without user, password or fragment.",
            code="webhook-url",
        )
    target = Target(host, port or _PORTS[scheme])
    allowed = {entry.strip().lower() for entry in hosts.split(",")}
    shown = f"[{host}]" if ":" in host else host
    named = {f"{shown}:{target.port}"} | ({shown} if target.port == _PORTS[scheme] else set())
    if not named & allowed:
        raise InputError(
            "该主机不在 XIEZHI_WEBHOOK_HOSTS 允许之列。",
            "The host is not among those XIEZHI_WEBHOOK_HOSTS allows.",
            code="webhook-host",
        )
    return target


def find_address(target: Target) -> str:
    """The address to call. Raises InputError where the name leads nowhere, or to an address that is not another
    machine's: loopback, link-local (where clouds keep their secrets), multicast or none. An address the settings name
    as such is what they say."""
    try:
        return str(ip_address(target.host))
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        found = []
    addresses = [ip_address(row[4][0]) for row in found]
    if not addresses or not all(map(_is_another_machines, addresses)):
        raise InputError(
            "接收主机名不能解析，或解析到本机等不允许的地址。",
            "The target's name leads nowhere, or to an address it must not.",
            code="webhook-address",
        )
    return str(addresses[0])


def _is_another_machines(address: IPv4Address | IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    found = mapped or address
    return not (
        found.is_loopback
        or found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or found.is_reserved
    )
