"""Grants: cells reserved, approved by somebody else, delivered with a receipt, or freed again."""
