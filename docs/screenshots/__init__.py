"""Makes the pictures of docs/images: a stage with the real program, a sample package, and one function per picture."""
