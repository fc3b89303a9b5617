"""What a person has to do: every repair issue (table), and how it is raised and cleared (tracker)."""
