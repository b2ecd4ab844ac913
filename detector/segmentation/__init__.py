"""Text → normalised text, words, phrases and sentences, all with their offsets in the source."""
