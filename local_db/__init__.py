"""What is kept: the only SQL. Schema, migrations, store, export, import."""
