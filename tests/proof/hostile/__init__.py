"""What goes at decoders and endpoints to break them, and how it is told that they broke."""
