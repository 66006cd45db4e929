from django.db import migrations

# When each user last came in, without reading the rest of the log.
SIGN_INS = """
CREATE INDEX audit_entry_sign_ins ON audit_entry (username, id) WHERE action = 'user.signed_in';
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_row_security"), ("audit", "0001_initial")]
    operations = [migrations.RunSQL(SIGN_INS, "DROP INDEX audit_entry_sign_ins")]
