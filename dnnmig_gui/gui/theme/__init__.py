"""How everything looks: colour tokens, fonts, icons, style sheet. The only place that knows a colour."""
