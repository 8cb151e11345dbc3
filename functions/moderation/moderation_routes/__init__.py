"""The routes of the moderation function, a module a subject."""
