"""Under which addresses other machines may find this one."""

import ipaddress
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

ROUTES = Path("/proc/net/fib_trie")
OWN = re.compile(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL")
FAR_AWAY = (("10.255.255.255", 9), ("192.0.2.1", 9))
"""Nothing is sent there; the system only picks the address it would send from."""


def own_addresses() -> tuple[str, ...]:
    """Return this machine's IPv4 addresses that others can open, the likeliest first."""
    found = [*_sending_addresses(), *_kernel_addresses(), *_named_addresses()]
    return tuple(dict.fromkeys(address for address in found if _reachable(address)))


def answers_at(url: str, addresses: tuple[str, ...]) -> bool:
    """Tell whether the machine with these addresses is the one `url` names.

    A name counts as this machine: only its owner knows where a proxy sends it.
    """
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return host in addresses or not _reachable(host)


def _sending_addresses() -> list[str]:
    return [address for target in FAR_AWAY if (address := _sent_from(target))]


def _sent_from(target: tuple[str, int]) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(target)
        except OSError:
            return ""
        address: str = probe.getsockname()[0]
        return address


def _kernel_addresses() -> list[str]:
    """Return what Linux lists as its own, on machines with several networks too."""
    if not ROUTES.exists():
        return []
    return OWN.findall(ROUTES.read_text(encoding="ascii"))


def _named_addresses() -> list[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found]


def _reachable(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return not (address.is_loopback or address.is_unspecified)
