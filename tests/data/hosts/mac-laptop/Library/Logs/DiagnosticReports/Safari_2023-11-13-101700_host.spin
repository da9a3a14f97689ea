Command:          Safari
