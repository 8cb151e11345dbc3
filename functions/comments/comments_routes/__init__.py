"""The routes of the comments function, a module a subject."""
