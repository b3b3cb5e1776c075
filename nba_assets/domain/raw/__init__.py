"""What the documents of publishers mean: names, identities, types. No arithmetic on games."""
