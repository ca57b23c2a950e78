"""Risk factors, one file each, with their exact moments."""
