"""Small widgets that show plain data (`ui.widgets.data`) and report what a person does; no logic of their own."""
