"""Teaching the network that follows strokes: rehearsed sittings of an annotator, and what learns from them."""
