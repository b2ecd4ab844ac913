"""Bytes to text and back: which encoding is taken, and that every offset leads to the byte where the character stands."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.page.decoding import Decoded, decode

CHINESE = "校园新闻网今日发布通知：图书馆从下周起延长开放时间，请各位同学互相转告。"
TRADITIONAL = "圖書館從下週起延長開放時間，請各位同學互相轉告，並且遵守館內的規則與秩序。"
JAPANESE = "図書館は来週から開館時間を延長します。学生の皆さんはお互いに伝えてください。"
KOREAN = "도서관은 다음 주부터 개방 시간을 연장합니다. 학생 여러분은 서로 알려 주십시오."
RUSSIAN = "Библиотека со следующей недели работает дольше. Просим студентов сообщить об этом друг другу."
FRENCH = "La bibliothèque fermera plus tard dès la semaine prochaine, préviens tes camarades à l'école."

# label of the standard, Python's codec with which the test writes the bytes, a text
ENCODED = [
    ("gbk", "gb18030", CHINESE),
    ("big5", "big5hkscs", TRADITIONAL),
    ("shift_jis", "cp932", JAPANESE),
    ("euc-jp", "euc_jp", JAPANESE),
    ("euc-kr", "cp949", KOREAN),
    ("windows-1251", "cp1251", RUSSIAN),
    ("windows-1252", "cp1252", FRENCH),
    ("utf-8", "utf-8", CHINESE),
]
by_encoding = pytest.mark.parametrize(("name", "codec", "text"), ENCODED, ids=[name for name, _, _ in ENCODED])


class TestWhichEncoding:
    @by_encoding
    def test_the_http_charset_is_followed(self, name: str, codec: str, text: str) -> None:
        decoded = decode(text.encode(codec), f'text/html; Charset="{name.upper()}"')
        assert (decoded.text, decoded.encoding) == (text, name)

    @by_encoding
    def test_a_meta_charset_is_followed(self, name: str, codec: str, text: str) -> None:
        page = f"<!doctype html><head><meta charset='{name}'><title>{text}</title>"
        assert decode(page.encode(codec)) == Decoded(page, name, page.encode(codec))

    @by_encoding
    def test_http_equiv_is_followed(self, name: str, codec: str, text: str) -> None:
        page = f'<meta http-equiv="Content-Type" content="text/html; charset={name}"><title>{text}</title>'
        assert decode(page.encode(codec)).text == page

    @by_encoding
    def test_content_tells_its_encoding_where_nothing_is_declared(self, name: str, codec: str, text: str) -> None:
        decoded = decode(f"<html><p>{text}</p></html>".encode(codec))
        assert (decoded.text, decoded.encoding) == (f"<html><p>{text}</p></html>", name)

    def test_the_http_charset_goes_before_meta(self) -> None:
        page = f"<meta charset=big5><p>{CHINESE}".encode("gb18030")
        assert CHINESE in decode(page, "text/html; charset=gb2312").text

    def test_gb2312_means_gb18030(self) -> None:
        rare = "镕䶮𠮷€"  # beyond GB 2312: GBK, four-byte GB 18030, beyond the BMP
        assert decode(f"<meta charset=gb2312>{rare}{CHINESE}".encode("gb18030")).text.endswith(rare + CHINESE)

    def test_a_byte_of_windows_1252_that_python_does_not_know_is_no_error(self) -> None:
        assert decode(b"\x93caf\xe9\x94 \x81", "text/plain; charset=iso-8859-1").text == "“café” \x81"

    @pytest.mark.parametrize("name", ["utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be"])
    def test_a_byte_order_mark_beats_every_label_and_is_dropped(self, name: str) -> None:
        codec = name.replace("le", "-le").replace("be", "-be")
        content = ("\ufeff" + CHINESE).encode(codec)
        decoded = decode(content, "text/html; charset=gb2312")
        assert (decoded.text, decoded.encoding) == (CHINESE, name)
        assert decoded.byte_offset(0) == len("\ufeff".encode(codec))

    @pytest.mark.parametrize("label", ["gb2312", "big5", "windows-1252", "iso-8859-1"])
    def test_utf8_under_a_wrong_label_is_read_as_utf8(self, label: str) -> None:
        page = f"<meta charset={label}><p>{CHINESE}</p>"
        assert decode(page.encode()) == Decoded(page, "utf-8", page.encode())
        assert decode(page.encode(), f"text/html; charset={label}").text == page

    def test_two_characters_of_gbk_that_are_utf8_by_chance_stay_gbk(self) -> None:
        content = "<meta charset=gbk><p>学校</p>".encode("gbk")
        content.decode("utf-8")  # valid, and would read as two letters of another script
        assert "学校" in decode(content).text

    def test_gbk_under_the_label_utf8_is_read_as_gbk(self) -> None:
        page = f"<meta charset=utf-8><p>{CHINESE}</p>"
        assert decode(page.encode("gb18030")).text == page

    def test_a_label_that_a_browser_answers_with_one_replacement_character_does_not_hide_the_page(self) -> None:
        page = f"<meta charset=hz-gb-2312><p>{CHINESE}"
        assert decode(page.encode()).text == page

    @pytest.mark.parametrize("label", ["", "bogus", "utf-7", "\x00", "x" * 5000])
    def test_an_unknown_label_counts_as_none(self, label: str) -> None:
        assert decode(CHINESE.encode("gb18030"), f"text/html; charset={label}").text == CHINESE

    def test_utf8_with_a_few_bad_bytes_stays_utf8(self) -> None:
        content = CHINESE.encode() + b"\xff" + CHINESE.encode()
        assert decode(content).text == CHINESE + "\ufffd" + CHINESE

    def test_utf8_that_breaks_off_inside_a_character_stays_utf8(self) -> None:
        assert decode("Menü é 校".encode()[:-1]).text == "Menü é \ufffd"

    def test_a_meta_in_a_comment_or_behind_the_first_1024_bytes_does_not_count(self) -> None:
        body = CHINESE.encode("gb18030")
        assert CHINESE in decode(b"<!-- <meta charset=big5> -->" + body).text
        assert CHINESE in decode(b" " * 1024 + b"<meta charset=big5>" + body).text

    def test_iso_2022_jp_is_known_by_its_escapes(self) -> None:
        assert decode(JAPANESE.encode("iso2022_jp")).text == JAPANESE

    def test_nothing_is_an_empty_text(self) -> None:
        assert decode(b"") == Decoded("", "utf-8", b"")


# What each encoding can write, with ASCII and markup between, so that a round trip is possible at all.
REPERTOIRE = {
    "utf-8": "aZ<> \n\0é校𠮷😀\u200b\ufffd",
    "utf-16le": "aZ<> \né校𠮷😀\ufffd",
    "utf-32be": "aZ<> \né校𠮷😀",
    "gb18030": "aZ09<> \né校镕䶮𠮷😀€",
    "big5": "aZ09<> \n圖書館同學許功蓋",
    "shift_jis": "aZ09<> \nソ表図書館ｱｲｳ",
    "euc-kr": "aZ09<> \n도서관똠방각하",
    "windows-1251": "aZ09<> \nБиблиотека—№",
}
CODECS = {"utf-16le": "utf-16-le", "utf-32be": "utf-32-be", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949"}
MARKS = {"utf-32be": b"\x00\x00\xfe\xff"}


@st.composite
def valid_pages(draw: st.DrawFn) -> tuple[str, str, bytes]:
    name = draw(st.sampled_from(sorted(REPERTOIRE)))
    unit = draw(st.text(alphabet=REPERTOIRE[name], max_size=60))
    text = unit * draw(st.sampled_from([1, 1, 1, 400]))  # long enough to need several known places
    return name, text, MARKS.get(name, b"") + text.encode(CODECS.get(name, name))


class TestByteOffsets:
    @given(page=valid_pages(), ends=st.tuples(st.floats(0, 1), st.floats(0, 1)))
    @settings(max_examples=400, deadline=None)
    def test_a_slice_of_the_text_is_the_slice_of_the_bytes(self, page: tuple[str, str, bytes], ends: tuple[float, float]) -> None:
        name, _, content = page
        decoded = decode(content, f"text/html; charset={name}")
        codec = CODECS.get(decoded.encoding, decoded.encoding)
        start, end = sorted(int(share * len(decoded.text)) for share in ends)
        cut = content[decoded.byte_offset(start) : decoded.byte_offset(end)]
        assert cut.decode(codec) == decoded.text[start:end]

    @given(
        content=st.lists(
            st.one_of(st.binary(max_size=6), st.sampled_from([*(CHINESE[:9].encode(codec) for codec in ("utf-8", "gb18030")), b"<p>"])),
            max_size=12,
        ).map(b"".join),
        repeats=st.sampled_from([1, 1, 1500]),
        label=st.sampled_from(["utf-8", "gb18030", "big5", "shift_jis", "euc-kr", "euc-jp", "utf-16le", "windows-1252"]),
        share=st.floats(0, 1),
    )
    @example(content=b"\x81\x30\x81A", repeats=1, label="gb18030", share=0.4)
    @example(content=b"\xff", repeats=1500, label="utf-8", share=0.5)
    @example(content=b"\xef\xbb\xbf\xe6\xa0\xff\xe6\xa0\xa1", repeats=1500, label="utf-8", share=0.99)
    @settings(max_examples=600, deadline=None)
    def test_malformed_bytes_do_not_shift_what_follows(self, content: bytes, repeats: int, label: str, share: float) -> None:
        content *= repeats
        decoded = decode(content, f"text/html; charset={label}")
        offset = int(share * len(decoded.text))
        at = decoded.byte_offset(offset)
        read = {"utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "utf-8": "utf-8"}.get(decoded.encoding, f"whatwg-{decoded.encoding}")
        if decoded.encoding != "iso-2022-jp":
            after = content[at:].decode(read, "replace")
            assert after == decoded.text[offset:] or (decoded.encoding == "big5" and after == decoded.text[offset - 1 :])

    def test_offsets_never_decrease_and_end_at_the_end(self) -> None:
        content = b"\xef\xbb\xbf" + CHINESE.encode() + b"\xe6\xa0" + b"\xff" * 5 + "尾".encode()
        decoded = decode(content)
        offsets = [decoded.byte_offset(at) for at in range(len(decoded.text) + 1)]
        assert offsets == sorted(set(offsets))
        assert (offsets[0], offsets[-1]) == (3, len(content))

    def test_two_characters_of_one_big5_code_lead_to_that_code(self) -> None:
        decoded = decode(b"<p>\x88\x62x", "text/html; charset=big5")
        assert decoded.text == "<p>\u00ca\u0304x"
        assert [decoded.byte_offset(at) for at in (3, 4, 5)] == [3, 3, 5]

    def test_an_offset_outside_the_text_is_an_error(self) -> None:
        for offset in (-1, 3):
            with pytest.raises(ValueError, match="outside"):
                decode(b"ab").byte_offset(offset)

    @pytest.mark.parametrize("content", [b"\xff" * 1_000_000, b"\xb0" * 1_000_001, "啊".encode("gb18030") * 500_000, b"\x81\x30" * 500_000])
    def test_a_megabyte_of_rubbish_takes_no_long_time(self, content: bytes) -> None:
        decoded = decode(content, "text/html; charset=gb18030")
        assert decoded.byte_offset(len(decoded.text) - 1) < len(content)
