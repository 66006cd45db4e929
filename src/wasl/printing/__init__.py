"""Printed pages: receipts of deliveries and sheets to distribute by."""
