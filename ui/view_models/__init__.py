"""What the pages say: a snapshot in, texts and states out. Nothing here knows Qt."""
