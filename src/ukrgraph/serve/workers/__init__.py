"""Questions are answered in processes of their own, which can be stopped.

`pool` decides who is answered when, and `turns` which of the long queries run; `crew` and `jobs` are the service's ends
of the sockets, `zygote` and `worker` the processes at the other ends. A `question` goes there and a reply comes back;
`evaluation` makes one of the other, and `mistakes` explains what is wrong with a query.
"""
