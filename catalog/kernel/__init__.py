"""What both packages stand on; no business word in here."""
