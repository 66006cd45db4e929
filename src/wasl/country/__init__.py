"""What is peculiar to a country, behind plain functions."""
