"""datatrove: a filter that drops documents, and a cleaner that cuts what was found and the lines that it leaves empty.

>>> from detector.integrations.datatrove import SpamCleaner, SpamFilter
>>> pipeline = [WarcReader("crawl/"), SpamFilter("injected"), Trafilatura(), SpamCleaner(), JsonlWriter("out/")]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from detector.integrations.judgement import Level, at_least, checked_level, judge, main_category

if TYPE_CHECKING:
    from detector.auditor import Auditor


class SpamFilter(BaseFilter):  # type: ignore[misc]  # datatrove has no types
    """Drops documents whose verdict is at or above a level, with the reason ``injected-gambling`` or the like.

    The verdict on those kept, and on those that go to the exclusion writer, is in ``metadata["detector"]``. level None drops nothing.
    url_key: where the address is in the metadata; content_type: of all documents, None to look at each.
    """

    name = "🔎 detector"

    def __init__(
        self,
        level: Level | None = "injected",
        *,
        auditor: Auditor | None = None,
        url_key: str = "url",
        content_type: str | None = None,
        exclusion_writer: DiskWriter | None = None,
    ) -> None:
        super().__init__(exclusion_writer)
        self.level = checked_level(level)
        self.auditor = auditor
        self.url_key = url_key
        self.content_type = content_type

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """False and the reason where the document is to be dropped."""
        judged = judge(doc.text, doc.metadata.get(self.url_key), self.content_type, auditor=self.auditor)
        doc.metadata["detector"] = judged
        verdict = judged["verdict"]
        self.stat_update(f"verdict_{verdict or 'failed'}")
        if self.level is not None and at_least(verdict, self.level):
            return False, f"{verdict}-{main_category(judged['findings'])}"
        return True


class SpamCleaner(PipelineStep):  # type: ignore[misc]
    """Cuts what was found out of every document, and with it the lines of which nothing but space is left; all other lines stay as they are.

    A document of which nothing is left is dropped.
    """

    type = "✂️ - FORMAT"
    name = "🧽 detector"

    def __init__(self, *, auditor: Auditor | None = None, url_key: str = "url", content_type: str | None = None) -> None:
        super().__init__()
        self.auditor = auditor
        self.url_key = url_key
        self.content_type = content_type

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """The documents of which something is left, without what was found."""
        for doc in data:
            self.stat_update(StatHints.total)
            with self.track_time():
                judged = judge(doc.text, doc.metadata.get(self.url_key), self.content_type, auditor=self.auditor)
                cleaned = cut_lines(doc.text, [(finding["start"], finding["end"]) for finding in judged["findings"] or ()])
            if len(cleaned) < len(doc.text):
                self.stat_update("cleaned")
                self.stat_update("characters_cut", value=len(doc.text) - len(cleaned), unit="doc")
            if doc.text.strip() and not cleaned.strip():
                self.stat_update(StatHints.dropped)
                continue
            doc.text = cleaned
            self.stat_update(StatHints.forwarded)
            yield doc


def cut_lines(text: str, spans: list[tuple[int, int]]) -> str:
    """The text without the spans (ascending, apart) and without the lines that they leave empty."""
    kept: list[str] = []
    start = number = 0
    whole = True  # whether what is kept ends where a line ends
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        at, parts = start, []
        while number < len(spans) and spans[number][0] < end:
            parts.append(text[at : max(at, spans[number][0])])
            at = max(at, min(end, spans[number][1]))
            if spans[number][1] > end:
                break
            number += 1
        left = "".join([*parts, text[at:end]])
        if not parts or left.strip():
            kept.append(left)
            whole = left.endswith("\n")
        elif not whole and left.endswith("\n"):  # the end of a line whose beginning was kept
            kept.append("\n")
            whole = True
        start = end
    return "".join(kept)
