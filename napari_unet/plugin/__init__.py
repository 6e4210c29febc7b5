"""What the manifest names beside the panels: sample data and a writer. Thin on purpose."""
