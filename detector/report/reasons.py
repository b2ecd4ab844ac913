"""Contributions of features → reasons for people, in English and Chinese.

Features that say the same thing to a person share one reason; its weight is the sum of their log-odds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from detector.report.report import Reason

# name → (English, Chinese, features)
_REASONS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "vocabulary": ("Its words and letter sequences are those of known spam.", "用词与已知垃圾内容相同。", ("logit", "logit_sentence", "logit_line", "evidence", "peak_short", "peak_long", "peak_over_own", "peak_line", "peak_sentence")),
    "suspicious-neighbours": ("The text right around it reads like spam too.", "紧邻的文字同样像垃圾内容。", ("logit_group", "logit_2", "logit_6", "logit_16", "logit_mean_6", "logit_previous", "logit_next", "logit_best_6", "logit_worst_2", "suspects_6", "suspects_16", "peak_previous", "peak_next")),
    "unlike-the-page": ("It reads unlike the rest of the page.", "与页面其余内容的措辞明显不同。", ("logit_over_rest", "logit_rest_of_line", "logit_sentence_over_line")),
    "off-topic": ("Its words occur nowhere else on the page.", "其中的词语在页面别处都没有出现。", ("terms_far", "terms_very_far", "rare_terms_far", "terms_far_6", "rare_terms_far_6", "rare_terms_far_line", "rare_terms_far_sentence", "terms_title")),
    "repetition": ("The same words are repeated over and over.", "相同的词语反复堆砌。", ("terms_near", "rare_terms_near", "rare_terms_near_6", "rare_terms_near_sentence", "repeated_phrase")),
    "foreign-script": ("Its script or Chinese variant is foreign to the page.", "文字种类或简繁体与页面不一致。", ("script_familiar", "script_familiar_16", "simplified_on_traditional", "traditional_on_simplified", "han", "latin", "other_script", "han_6", "latin_6", "script_changes")),
    "unusual-words": ("It uses words that are rare on the clean web.", "所用词语在正常网页中少见。", ("usual", "unseen", "usual_6", "unseen_6", "unseen_sentence", "usual_sentence", "unseen_line")),
    "keyword-list": ("It is a run of keywords, not sentences.", "是一串关键词,而不是句子。", ("very_usual", "very_usual_6", "very_usual_line", "very_usual_16", "function_han", "function_han_6", "function_han_16", "function_han_line", "bars_6", "breaks_6", "spaces_6", "commas_6", "dashes_6", "stops_6", "stops_16", "line_stops", "line_commas", "ends_with_stop", "mean_length_2", "mean_length_6", "mean_length_16", "spread_length_6", "spread_length_16", "sentence_length", "sentence_phrases", "line_length", "line_phrases", "group_length", "group_lines", "length", "words")),
    "disguised-letters": ("Its letters are disguised: look-alikes, inserted marks, or invisible characters.", "文字经过伪装:形近字符、插入符号或不可见字符。", ("odd_glyphs", "separated_letters", "dropped_characters", "tag_characters", "odd_6", "letters_with_digits", "references", "references_over_rest")),
    "symbols": ("It is full of symbols or digits.", "夹杂大量符号或数字。", ("digit", "symbols", "brackets", "digits_6", "symbols_6")),
    "hidden": ("It is hidden from readers.", "对读者隐藏。", ("hidden", "hidden_weak", "hidden_strong", "hidden_noscript", "hidden_16", "hidden_text_length", "is_comment", "is_unread_attribute", "is_alt", "is_title_attribute")),
    "foreign-links": ("It links to another site.", "链接指向外部网站。", ("in_link", "in_foreign_link", "foreign_links_6", "links_line", "links_16", "same_host_16", "host_share", "host_links", "foreign_links_sentence", "foreign_links_line")),
    "place": ("It stands where injected text is put: the page's edge, its head, or after its end.", "处在常见的注入位置:页面边缘、头部或文档结束之后。", ("position", "characters_before", "characters_after", "lines_before", "lines_after", "after_copyright", "after_document", "is_title", "is_meta", "depth_jump", "phrases_before_in_line", "phrases_after_in_line")),
}  # fmt: skip
_REASON_OF: Final = {feature: name for name, (_, _, features) in _REASONS.items() for feature in features}


def explain(contributions: Mapping[str, float], values: Mapping[str, float], most: int) -> tuple[Reason, ...]:
    """The reasons that spoke most for a finding, strongest first. contributions: log-odds by feature; values: the features themselves."""
    weights: dict[str, float] = {}
    for feature, weight in contributions.items():
        name = _REASON_OF[feature]
        weights[name] = weights.get(name, 0.0) + weight
    if not any(values[f] for f in ("hidden", "is_comment", "is_unread_attribute", "is_alt", "is_title_attribute")):
        weights.pop("hidden", None)  # what is not there is no reason a person would accept
    if not any(values[f] for f in ("in_foreign_link", "foreign_links_6", "same_host_16")):
        weights.pop("foreign-links", None)
    if not any(
        values[f] for f in ("odd_glyphs", "separated_letters", "dropped_characters", "tag_characters", "odd_6", "letters_with_digits")
    ):
        weights.pop("disguised-letters", None)
    strongest = sorted(((w, n) for n, w in weights.items() if w > 0.05), reverse=True)[:most]
    return tuple(Reason(n, w, _REASONS[n][0], _REASONS[n][1]) for w, n in strongest)
