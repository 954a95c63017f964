"""Pages: what people look at. No HTTP here: a path and a language go in, HTML comes out.

`site` is what all pages share, `views` ask the graph and return frozen values, `templates` turn them into HTML, and
`figures` draw SVG. Links are made in one place, `address`, so that a server and a folder of files share everything.
"""

from ukrgraph.pages.render import Page, paths, render
from ukrgraph.pages.site import Site, open_site
from ukrgraph.pages.words import LANGUAGES

__all__ = ["LANGUAGES", "Page", "Site", "open_site", "paths", "render"]
