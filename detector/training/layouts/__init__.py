"""Put spam (or honest text) into a page the way attackers do, and know to the character where it stands.

A new layout is a function in one of the modules. Their order is part of what a seed means.
"""

from __future__ import annotations

from detector.training.layouts import visible, inside_text, head_and_attributes, hidden, whole_page  # isort: skip
from detector.training.layouts.registry import KINDS, LAYOUTS, Insertion, Payload, apply

__all__ = ["KINDS", "LAYOUTS", "Insertion", "Payload", "apply", "head_and_attributes", "hidden", "inside_text", "visible", "whole_page"]
