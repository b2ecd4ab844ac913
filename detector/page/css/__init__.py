"""As much of CSS as decides whether text can be seen. The screen is 1280 by 720 CSS pixels, in light colours, with a mouse."""
