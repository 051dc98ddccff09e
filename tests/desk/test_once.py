import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.responses import PlainTextResponse, Response

from desk.once import OnceBook


def test_two_sendings_at_the_same_moment_act_once_and_get_the_same_answer() -> None:
    book, acts, together = OnceBook(), [], threading.Barrier(8)

    def act() -> Response:
        acts.append("done")
        return PlainTextResponse(f"receipt {len(acts)}")

    def send(_: int) -> Response:
        together.wait()
        return book.answer("session", "key", act)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))

    assert acts == ["done"]
    assert {answer.body for answer in answers} == {b"receipt 1"}


def test_another_session_with_the_same_key_is_another_form() -> None:
    book = OnceBook()
    first = book.answer("one", "key", lambda: PlainTextResponse("first"))
    second = book.answer("two", "key", lambda: PlainTextResponse("second"))

    assert (first.body, second.body) == (b"first", b"second")


def test_what_the_person_has_to_mend_can_be_sent_again() -> None:
    book = OnceBook()
    book.answer("session", "key", lambda: PlainTextResponse("wrong code", 403))

    assert book.answer("session", "key", lambda: PlainTextResponse("done")).body == b"done"


def test_what_failed_can_be_sent_again() -> None:
    book = OnceBook()

    def fail() -> Response:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011  # any failure of the act
        book.answer("session", "key", fail)

    assert book.answer("session", "key", lambda: PlainTextResponse("done")).body == b"done"
