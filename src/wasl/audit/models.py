"""Who did what, when, to what. Rows are only ever added."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """
    One action. Names and codes are copied, never foreign keys: an entry outlives what it speaks of.

    `at` is what the action wrote down; `recorded_at` is the database's clock.
    """

    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    username = models.TextField()
    organisation_id = models.BigIntegerField(null=True)
    organisation_code = models.TextField()
    role = models.TextField()
    action = models.TextField()
    object_kind = models.TextField()
    object_code = models.TextField()
    detail = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "audit_entry"

    def __str__(self) -> str:
        return f"{self.action} {self.object_kind} {self.object_code}"
