"""Error kinds, codes, months, money and text folding: pure, and below everything else."""
