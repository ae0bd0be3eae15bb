"""The kinds of answer a view gives, and what a refusal becomes."""

from collections.abc import Callable
from typing import cast

from flask import Response, g, make_response, redirect, render_template, request

from hazard.core.errors import HazardError
from hazard.core.words import Sentence


def is_htmx() -> bool:
    """Say whether htmx asked (and so expects a fragment)."""
    return request.headers.get("HX-Request") == "true"


def page(template: str, code: int = 200, /, **context: object) -> Response:
    """Answer with a whole page, or one fragment whose file name starts with an underscore."""
    return answer(render_template(template, **context), code)


def answer(words: str, code: int = 200) -> Response:
    """Answer with a page that is set already."""
    response = make_response(words, code)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def toast(message: Sentence, status: int, tone: str = "bad") -> Response:
    """Answer htmx with a message beside the page; the target stays as it is."""
    response = page("errors/_toast.html", status, message=message, tone=tone)
    response.headers["HX-Reswap"] = "none"
    return response


def look_at(url: str) -> Response:
    """Send the browser to `url` after a change, with or without htmx."""
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))


def download(body: bytes, mimetype: str, name: str, *, save: bool = False) -> Response:
    """Answer with a file shown in the browser, or saved; `name` has ASCII letters only."""
    response = Response(body, mimetype=mimetype)
    where = "attachment" if save else "inline"
    response.headers["Content-Disposition"] = f'{where}; filename="{name}"'
    return response


def before_again(keep: Callable[[], None]) -> None:
    """Say what to save before a refused form is shown again."""
    g.keep = keep


def on_refusal(again: Callable[[HazardError], Response]) -> None:
    """Say what to show if the rest of the view is refused: the form, filled in as it was."""
    g.again = again


def refused(error: HazardError) -> Response:
    """Turn a refusal into the form again, a toast, or a page."""
    again = cast("Callable[[HazardError], Response] | None", g.pop("again", None))
    if again is not None:
        if keep := cast("Callable[[], None] | None", g.pop("keep", None)):
            keep()
        response = again(error)
        response.status_code = error.status
        return response
    if is_htmx():
        return toast(error.sentence, error.status)
    return page("errors/page.html", error.status, message=error.sentence, status=error.status)
