"""The headers that every answer carries, so that a browser does only what our own pages ask of it."""

from __future__ import annotations

from flask import Flask, Response, request

from marketplace.http.guard import STATIC

#: Everything from our own address, nothing inline. Bootstrap's style sheet draws its arrows from data: images.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def init_headers(app: Flask, *, secure: bool) -> None:
    """Send the headers with every answer; ``secure`` adds that this site is served by HTTPS only."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.endpoint not in STATIC:
            # Pages differ by person and language; a shared or a signed-out browser must not show them again.
            response.headers.setdefault("Cache-Control", "private, no-store" if request.endpoint else "no-store")
            response.headers.setdefault("Vary", "Cookie, Accept-Language")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
