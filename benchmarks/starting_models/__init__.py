"""How the starting models that come with the package are trained, packed and looked through."""
