"""What may be measured: the closed list of metrics, its words, its place in the vector, its verdicts.

Data lies in metrics.toml, texts/*.toml and catalogue.lock; `load` reads them strictly. Imports nothing of
ours and little of the standard library: the resident sampler loads it.
"""
