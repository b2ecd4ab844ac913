"""The ways a text can be hidden: names, in the order of the numbers that `detector.page.visibility` gives."""

from __future__ import annotations

from typing import Final

STATES: Final[tuple[str, ...]] = (
    "visible",
    "display-none",  # display:none, and what browsers never lay out (datalist, rp, desc of svg)
    "visibility-hidden",  # visibility:hidden or collapse, content-visibility:hidden
    "off-screen",  # moved out of the screen by position, margin or transform
    "zero-size",  # a box of at most 1 px that cuts what overflows, or scaled to nothing
    "zero-font",  # font-size 0
    "transparent",  # opacity, or the alpha of the letters, below 5 %
    "same-colour",  # as the known ground, or so near that no one can read it
    "clipped",  # clip or clip-path that leave nothing
    "text-indent",  # the first line begins out of sight
    "noscript",  # shown only where scripts are off
    "marquee",  # shown, and moving
    "template",
    "aria-hidden",  # shown, and kept from screen readers
    "hidden-attribute",  # hidden, or popover
    "tiny-font",  # font-size below 3 px
    "closed-details",
    "closed-dialog",
    "behind",  # z-index below 0, under a painted ground
    "script-hidden",  # hidden by a script as the page loads
    "head",  # title and meta: not on the page
    "iframe",  # text between <iframe> and </iframe>, or in noembed
    "noframes",
    "textarea",  # shown, in a box for typing
    "fallback",  # shown where video, audio or canvas are unknown
)
(
    VISIBLE, DISPLAY_NONE, VISIBILITY_HIDDEN, OFF_SCREEN, ZERO_SIZE, ZERO_FONT, TRANSPARENT, SAME_COLOUR, CLIPPED, TEXT_INDENT, NOSCRIPT,
    MARQUEE, TEMPLATE, ARIA_HIDDEN, HIDDEN_ATTRIBUTE, TINY_FONT, CLOSED_DETAILS, CLOSED_DIALOG, BEHIND, SCRIPT_HIDDEN, HEAD, IFRAME,
    NOFRAMES, TEXTAREA, FALLBACK,
) = range(len(STATES))  # fmt: skip

# States that are evidence, though a browser shows the text to people.
SHOWN: Final = frozenset({VISIBLE, MARQUEE, ARIA_HIDDEN, TEXTAREA})
