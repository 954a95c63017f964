"""`ukrgraph serve`: the graph over HTTP, for programs and for people.

`app` puts the parts together, `service` is what they share, `workers` answer queries in processes that can be killed.
Nothing here writes to the store.
"""
