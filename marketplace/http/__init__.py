"""The web frame: who asks, in which language, what is declared, how refusals and texts are shown."""
