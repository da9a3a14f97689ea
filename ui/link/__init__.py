"""How the window reaches the rest: it looks at files, and has other processes do whatever changes them."""
