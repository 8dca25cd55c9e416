from __future__ import annotations

import pytest

from bot.bank.archives import FileRefused
from bot.bank.xml_tree import Element, elements, root_of


def read(text: str | bytes, depth: int = 1) -> list[Element]:
    return list(elements(text.encode() if isinstance(text, str) else text, depth))


def refused(text: str) -> str:
    found = elements(text.encode())
    with pytest.raises(FileRefused) as caught:
        list(found)
    return f"{caught.value.line}: {caught.value.problem}"


def test_elements_come_with_their_lines_and_text_in_order() -> None:
    first, second = read("<q xmlns:m='x'>\n<a k='1'>one <b>two</b> three</a>\n\n<m:a/></q>")

    assert (first.name, first.line, first.get("k"), first.text) == ("a", 2, "1", "one two three")
    assert (second.name, second.line, second.text) == ("a", 4, "")


def test_cdata_and_entities_mean_the_same() -> None:
    assert [element.text for element in read("<q><a>&lt;p&gt;</a><a><![CDATA[<p>]]></a></q>")] == ["<p>", "<p>"]


def test_everything_before_a_fault_is_read() -> None:
    found = elements(b"<q><a>1</a><a>2</a>\n<a>")
    assert [next(found).text, next(found).text] == ["1", "2"]

    with pytest.raises(FileRefused, match="is not XML here: no element found"):
        next(found)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><q><a>&b;</a></q>',
        '<!DOCTYPE q SYSTEM "file:///etc/passwd"><q/>',
        '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><q><a>&x;</a></q>',
    ],
)
def test_a_document_type_is_refused_before_anything_expands(text: str) -> None:
    assert refused(text).startswith("1: declares a document type (<!DOCTYPE>)")


def test_an_undeclared_entity_is_reported() -> None:
    assert refused("<q>\n<a>&nbsp;</a></q>") == "2: is not XML here: undefined entity"


def test_depth_and_number_are_bounded() -> None:
    assert "is nested too deeply" in refused("<q>" + "<a>" * 200)
    assert "too many elements in one question" in refused("<q><a>" + "<b/>" * 20_001 + "</a></q>")
    assert len(read("<q>" + "<a/>" * 30_000 + "</q>")) == 30_000


def test_the_encoding_is_what_the_bytes_say_and_else_what_the_file_says() -> None:
    assert read('<?xml version="1.0" encoding="UTF-16"?><q><a>é</a></q>')[0].text == "é"
    assert read('<?xml version="1.0" encoding="ISO-8859-1"?><q><a>é</a></q>'.encode("latin-1"))[0].text == "é"
    assert "encoding" in refused_bytes(b'<?xml version="1.0" encoding="klingon"?><q><a>\xe9</a></q>')


def refused_bytes(data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        list(elements(data))
    return caught.value.problem


def test_the_root_is_recognized_from_the_beginning_of_a_file() -> None:
    assert root_of(b"<?xml version='1.0'?><!-- x --><m:quiz><a>") == "quiz"
    assert root_of(b"plain") is None
    assert root_of(b"") is None
