"""What a person has to do: repair issues, raised and withdrawn as things are."""
