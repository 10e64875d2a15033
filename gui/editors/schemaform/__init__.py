"""Forms made from the schema of a JSON part: objects, lists, tables, and JSON for what the schema does not know."""
