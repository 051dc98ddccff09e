"""Health for supervisors: whether the process lives, and whether it can serve."""

from fastapi import APIRouter, Response

from bot.engine import Engine
from bot.shapes import Health
from bot.threads import in_thread
from casework import deliveries
from casework.office import Office


def router(office: Office, engine: Engine) -> APIRouter:
    """`/health/live` and `/health/ready`."""
    routes = APIRouter(prefix="/health", tags=["health"])

    @routes.get("/live")
    async def live() -> Health:
        """The process answers."""
        return Health(status="ok")

    @routes.get("/ready")
    async def ready(response: Response) -> Health:
        """The store opens and the engine has its model; 503 while one of them is not there."""
        parts = {"store": await _store_opens(office), "engine": await engine.ready()}
        if all(parts.values()):
            return Health(status="ok", parts=parts)
        response.status_code = 503
        return Health(status="starting", parts=parts)

    return routes


async def _store_opens(office: Office) -> bool:
    try:
        await in_thread(deliveries.newest, office)
    except Exception:  # noqa: BLE001  # whatever keeps the store from opening, the answer is the same: not ready
        return False
    return True
