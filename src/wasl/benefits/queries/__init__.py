"""Reads of benefits: overlaps, repeats, gaps. The viewer comes first and decides what is answered."""
