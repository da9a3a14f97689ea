"""What is shipped beside the code: icons, translations, templates, unit files."""
