"""The application: one list of routes, and around them what every answer needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Router

from ukrgraph.serve import (
    graph_store,
    html,
    linked_data,
    operations,
    reconciliation,
    service_description,
    stored,
    terms,
)
from ukrgraph.serve.gate import Gate
from ukrgraph.serve.metrics import Metrics
from ukrgraph.serve.problems import ProblemError, problem
from ukrgraph.serve.service import Service
from ukrgraph.serve.sparql import Sparql


def routes(service: Service) -> list[BaseRoute]:
    """Return the routes of all parts; the first that fits an address answers."""
    return [
        *html.routes(service),
        *service_description.routes(service),
        *linked_data.routes(service),
        *stored.routes(service),
        *terms.routes(service),
        *reconciliation.routes(service),
    ]


def _problem(_request: Request, error: Exception) -> Response:
    """Answer a request that a part has refused."""
    if isinstance(error, ProblemError):
        return error.response()
    if isinstance(error, HTTPException):
        detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
        return problem(error.status_code, detail=detail, headers=error.headers)
    raise error


def _status(error: Exception) -> int:
    return error.status if isinstance(error, ProblemError) else getattr(error, "status_code", 0)


def application(service: Service) -> Gate:
    """Return the application that serves `service`; its lifespan starts and ends the workers."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        if not service.pool.version:
            await service.pool.start()
        try:
            yield
        finally:
            service.pool.close()

    def refused(request: Request, error: Exception) -> Response:
        """Answer a request that a part has refused: with a page, where one is wanted of something that is not there."""
        page = html.missing(service, request) if _status(error) == HTTPStatus.NOT_FOUND else None
        return page or _problem(request, error)

    sparql, counted = Sparql(service), Metrics()
    found = [
        *operations.routes(service, counted, sparql.cache),
        *graph_store.routes(sparql),
        *routes(service),
    ]
    parts = ExceptionMiddleware(
        Router(found, lifespan=lifespan), handlers={ProblemError: refused, HTTPException: refused}
    )
    return Gate(sparql, parts, service.settings, counted)
