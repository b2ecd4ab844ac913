"""Content → page: decoding, markup, blocks, and what a reader sees of them."""
