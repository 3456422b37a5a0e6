"""How far the model closes the distance between exact names and perfect knowledge, on a docket with known truth."""
