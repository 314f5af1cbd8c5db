"""Opens the search engine that a setting names."""

from __future__ import annotations

from catalog.search.port import SearchBackend


def open_backend(url: str) -> SearchBackend:
    """The engine behind ``whoosh:///absolute/folder`` or ``whoosh:folder`` (relative to the working directory).

    Anything else raises ValueError; a folder that cannot be made raises SearchUnavailable or OSError.
    """
    scheme, _, rest = url.partition(":")
    if scheme != "whoosh":
        raise ValueError(f"unknown search engine in {url!r}; known: whoosh:///absolute/folder, whoosh:folder")
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        rest = slash + path
        if host:
            raise ValueError(f"{url!r} names a host {host!r}; an absolute folder takes three slashes: whoosh:///folder")
    if not rest.strip("/"):
        raise ValueError(f"{url!r} names no folder")
    # Imported here so that another engine does not need Whoosh installed.
    from catalog.search.whoosh_backend import WhooshBackend

    return WhooshBackend(rest)
