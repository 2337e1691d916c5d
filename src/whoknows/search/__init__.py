"""The index: documents in, hits out. Knows no domain noun.

The rooms above register where their documents come from and note what changed, in the transaction
of the change. The worker follows those notes; web processes only read.
"""
