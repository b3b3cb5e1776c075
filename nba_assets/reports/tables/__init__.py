"""Pictures of tables: what a season of one holds, date by date."""
