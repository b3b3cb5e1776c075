"""What a publisher sends as JSON is values, or named as what it is."""

import pytest

from nba_assets.sources.json_text import NotJsonError, decode_json


@pytest.mark.parametrize(
    ("content", "value"),
    [(b'{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}), (b"\xef\xbb\xbf[]\n", []), (b'"\xc4\x87"', "\u0107")],
)
def test_a_document_is_decoded(content: bytes, value: object) -> None:
    assert decode_json(content) == value


@pytest.mark.parametrize("content", [b'{"a": [1, 2', b'{"a": "half a te', b'["a",', b'{"a": {"b": 1}\n'])
def test_a_document_that_ends_in_the_middle_is_truncated(content: bytes) -> None:
    with pytest.raises(NotJsonError) as error:
        decode_json(content)
    assert error.value.truncated


@pytest.mark.parametrize(
    "content",
    [
        *(b"<html>", b"{'a': 1}", b'{"a": 1}}', b'{"a": NaN}', b'{"a": "\xff"}'),
        *(b'{"a":' * 100_000, b"9" * 5000, '{"a": 1}'.encode("utf-16")),
    ],
)
def test_what_is_no_json_is_not_taken_for_half_a_document(content: bytes) -> None:
    with pytest.raises(NotJsonError) as error:
        decode_json(content)
    assert not error.value.truncated
