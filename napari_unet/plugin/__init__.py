"""What the manifest names beside the panels: sample data, a reader and a writer. Thin on purpose."""
