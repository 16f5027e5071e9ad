"""Which format a file has, by how it begins, and under which names its records keep an article's fields."""
