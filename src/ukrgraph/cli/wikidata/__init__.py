"""`ukrgraph wikidata`: the group of commands that meet Wikidata, all of them offline."""

import click

from ukrgraph.cli import LazyGroup


class WikidataGroup(LazyGroup):
    """The commands of the group, imported when they are called."""

    table = {  # noqa: RUF012  # a table that is read only
        "diff": ("ukrgraph.cli.wikidata.diff", "Report where our graph and a slice say different things."),
        "export": ("ukrgraph.cli.wikidata.export", "Write our graph in forms that Wikidata's tools read."),
        "links": ("ukrgraph.cli.wikidata.links", "Print or check the links to Wikidata."),
        "merge": ("ukrgraph.cli.wikidata.merge", "Put slices beside our graph, each in a graph of its own."),
        "slice": ("ukrgraph.cli.wikidata.slice", "Cut the items we link to out of a dump."),
        "unmerge": ("ukrgraph.cli.wikidata.unmerge", "Take merged slices out again."),
    }


@click.group(cls=WikidataGroup)
def command() -> None:
    """Link to Wikidata, slice its dumps, merge, compare and give back; nothing here opens a connection.

    For example: ukrgraph wikidata slice wikidata-truthy.nt.gz -o slice.nq && ukrgraph wikidata merge slice.nq
    """
