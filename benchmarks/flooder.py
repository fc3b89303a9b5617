"""Floods an OCPP port, in a process of its own: `python -m benchmarks.flooder PORT KIND N`.

It is somebody with a socket and no manners: what it sends is made once and written
as fast as the socket takes it. Prints `ready` once everything is connected.
"""

import asyncio
from itertools import cycle
import json
import sys
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

ADDRESS: Final = "127.0.0.66"
_AT_ONCE: Final = 65536


def _text(text: str) -> bytes:
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


_BOOT = {"chargePointVendor": "\ud800[x](//y)", "chargePointModel": "m" * 500}
FLOODS: Final = (
    _text(json.dumps([2, "1", "Heartbeat", {}])),
    _text("this is no JSON at all"),
    Frame(Opcode.PING, b"").serialize(mask=True),
    _text(json.dumps([2, "1", "BootNotification", _BOOT])),
)
"""What the connections send, in turn."""


async def _flood(port: int, number: int, frame: bytes, ready: asyncio.Semaphore) -> None:
    """One connection that sends and never reads more than it must; comes back when closed."""
    block = frame * (_AT_ONCE // len(frame) + 1)
    while True:
        try:
            async with connect(
                f"ws://127.0.0.1:{port}/FLOOD{number}",
                subprotocols=[Subprotocol("ocpp1.6")],
                local_addr=(ADDRESS, 0),
                ping_interval=None,
                max_queue=None,
                close_timeout=0.1,
                proxy=None,
            ) as socket:
                ready.release()
                while not socket.transport.is_closing():
                    if socket.transport.get_write_buffer_size() < _AT_ONCE:
                        socket.transport.write(block)
                    socket.recv_messages.frames.queue.clear()
                    await asyncio.sleep(0.001)
        except OSError, ConnectionClosed, InvalidHandshake, EOFError:
            ready.release()
            await asyncio.sleep(0.2)


async def _flood_all(port: int, connections: int) -> None:
    ready = asyncio.Semaphore(0)
    kinds = cycle(FLOODS)
    tasks = [
        asyncio.create_task(_flood(port, number, next(kinds), ready))
        for number in range(connections)
    ]
    for _ in tasks:
        await ready.acquire()
    print("ready", flush=True)
    await asyncio.gather(*tasks)


async def _half_open(port: int, connections: int, words: bytes) -> None:
    """Open connections one after the other, say `words`, and wait."""
    kept = []
    for _ in range(connections):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(ADDRESS, 0))
        except OSError:
            continue
        writer.write(words)
        kept.append(writer)
        if len(kept) % 100 == 0:
            await asyncio.sleep(0)
    print("ready", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Do harm until killed."""
    port, kind, connections = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    match kind:
        case "flood":
            asyncio.run(_flood_all(port, connections))
        case "plain":
            asyncio.run(_half_open(port, connections, b"GET /"))
        case "tls":
            # A ClientHello that never ends.
            asyncio.run(_half_open(port, connections, b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"))


if __name__ == "__main__":
    main()
