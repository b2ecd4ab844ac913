"""What scripts hide and write, without running them."""

from __future__ import annotations

import base64

import pytest

from detector.page.markup import read_markup
from detector.page.scripts import hidden_by_scripts, literal_text, script_written_text


def written(script: str, attributes: str = "") -> list[str]:
    """What each literal that a script writes says."""
    source = f"<p>An honest page.</p><script{attributes}>{script}</script>"
    ranges = script_written_text(source, read_markup(source))
    for start, end in ranges:
        assert source[start - 1] == source[end] and source[end] in "\"'`"
    return [literal_text(source, start, end) for start, end in ranges]


@pytest.mark.parametrize(
    "script",
    [
        """document.write('<a href="/w">cheap watches</a>')""",
        """document.writeln("<a href='/w'>cheap watches</a>");""",
        """document.getElementById('k').innerHTML = '<a href="/w">cheap watches</a>'""",
        """el.innerHTML += '<a href="/w">cheap watches</a>'""",
        """el.insertAdjacentHTML('beforeend', '<a href="/w">cheap watches</a>')""",
        """$('#k').html('<a href="/w">cheap watches</a>')""",
        """document.write(unescape('%3Ca%20href%3D%22/w%22%3Echeap%20watches%3C/a%3E'))""",
        r"""document.write('\x3ca href="/w"\x3echeap watches\x3c/a>')""",
        r"""document.write('\u003ca href="/w">cheap watches\u003c/a>')""",
        f"""document.write(atob('{base64.b64encode(b'<a href="/w">cheap watches</a>').decode()}'))""",
    ],
)
def test_written_links_are_found(script: str) -> None:
    [text] = written(script)
    assert text.replace("'", '"') == '<a href="/w">cheap watches</a>'


def test_every_piece_of_a_joined_string_is_found() -> None:
    assert written("document.write('<a href=/a>one</a>' + x + '<a href=/b>two</a>')") == ["<a href=/a>one</a>", "<a href=/b>two</a>"]


def test_prose_without_links_is_found() -> None:
    assert written("box.innerHTML = '<p>very cheap watches for everyone</p>'") == ["<p>very cheap watches for everyone</p>"]
    assert written("document.write('<p>便宜手表批发</p>')") == ["<p>便宜手表批发</p>"]


@pytest.mark.parametrize(
    "script",
    [
        "document.write('<script src=\"/count.js\"><\\/script>')",
        "document.write('<img src=\"/pixel.gif\" width=1>')",
        "var a = 'very cheap watches for everyone'",
        "if (el.innerHTML == 'very cheap watches for everyone') go()",
        "decodeURIComponent('a%20b')",
    ],
)
def test_counters_comparisons_and_plain_strings_are_no_written_text(script: str) -> None:
    assert written(script) == []


def test_templates_and_data_are_not_run() -> None:
    script = "document.write('<a href=/w>cheap watches</a>')"
    assert written(script, ' type="text/template"') == []
    assert written(script, ' type="application/ld+json"') == []
    assert written(script, ' type="text/javascript"') == ["<a href=/w>cheap watches</a>"]


def test_what_is_hidden_is_told_as_a_style_sheet() -> None:
    source = "<script>document.getElementById('a.b').style.display = 'none'</script>"
    assert hidden_by_scripts(source, read_markup(source)) == [r"#a\.b{display:none!important}"]


@pytest.mark.parametrize(
    "script", ["'" * 50_000, '"+' * 50_000, "{" * 50_000, "document.write(" * 20_000, "unescape('%" * 20_000, "$('" * 50_000]
)
def test_malformed_scripts_are_read_in_bounded_time(script: str) -> None:
    source = f"<script>{script}</script>"
    markup = read_markup(source)
    assert hidden_by_scripts(source, markup) == []
    assert script_written_text(source, markup) == []
