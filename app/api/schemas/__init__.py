"""The shapes of requests and answers. Requests are checked by these models; answers are built by hand, and the
tests hold them to the models, from which the page's TypeScript types are made.
"""
