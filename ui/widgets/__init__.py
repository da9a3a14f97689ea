"""Small widgets that show plain data (`ui.widgets.data`) and tell what a person does, without logic."""
