import { pythonLiteral } from './literals.ts'
import type { CompanionSpec } from './manifest.ts'

/**
 * The script of the Python variant: one process per event, Python 3.6 or later, nothing but its standard library.
 *
 * Stash waits for the process before it answers a save. Therefore two seconds for everything, reading the input and
 * looking up the name of the host included, and a file that says "was down just now" so that a bulk edit does not wait
 * two seconds per scene. `http.client` and not `urllib`: it knows no proxies and follows no redirects, and it is
 * imported in half the time.
 */
export function pythonSource({ base, token }: CompanionSpec): string {
  const { hostname, port } = new URL(base)
  const host = hostname.replace(/^\[|\]$/g, '')
  return String.raw`"""Tells PlexSync what changed: type, id and names of the changed fields, nothing else.

Made by PlexSync for this one Stash. Change nothing here: install the plugin again instead.
"""
import http.client
import json
import os
import sys
import threading
import time

HOST = ${pythonLiteral(host)}
PORT = ${port === '' ? 80 : port}
TOKEN = ${pythonLiteral(token)}
WHERE = ${pythonLiteral(base)}
SECONDS_IN_ALL = 2
SECONDS_OF_PAUSE = 30
DOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plexsync.down")

deadline = time.monotonic() + SECONDS_IN_ALL
result = {"output": "no answer from %s within %d s" % (WHERE, SECONDS_IN_ALL), "level": "d"}


def is_paused():
    """Whether PlexSync was found down within the last seconds. A file from the future (clock set back) counts for nothing."""
    try:
        return 0 <= time.time() - os.path.getmtime(DOWN) < SECONDS_OF_PAUSE
    except OSError:
        return False


def remember(down):
    try:
        if down:
            with open(DOWN, "w"):
                os.utime(DOWN, None)
        elif os.path.exists(DOWN):
            os.remove(DOWN)
    except OSError:
        pass  # a read-only plugin folder: each event tries anew


def tell(event):
    connection = http.client.HTTPConnection(HOST, PORT, timeout=max(0.1, deadline - time.monotonic()))
    headers = {"Content-Type": "application/json", "ApiKey": TOKEN, "Connection": "close"}
    try:
        connection.request("POST", "/hooks/stash", json.dumps(event), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def event_of(args):
    hook = args.get("hookContext") or {}
    if not hook.get("type"):
        return None
    event = {"type": hook["type"], "id": hook.get("id")}
    # None named means that it is not known what changed, as after a scan; not that nothing did.
    if hook.get("inputFields"):
        event["inputFields"] = hook["inputFields"]
    return event


def run():
    # Of all that Stash writes here, its login included, nothing but the event goes on.
    args = (json.loads(sys.stdin.buffer.read().decode("utf-8") or "null") or {}).get("args") or {}
    ping = args.get("mode") == "ping"
    event = {"type": "ping"} if ping else event_of(args)
    if event is None:
        return "nothing to tell", "d"
    if not ping and is_paused():
        return "paused: PlexSync was down just now", "d"
    try:
        status = tell(event)
    except Exception as error:
        remember(down=True)
        return "no answer from %s: %s" % (WHERE, error), "w" if ping else "d"
    remember(down=False)
    if 200 <= status < 300:
        return "ok", "i" if ping else "d"
    return "refused by %s with status %d" % (WHERE, status), "w" if ping else "d"


def work():
    try:
        result["output"], result["level"] = run()
    except Exception as error:
        # A save must not fail because PlexSync was not told: its next sweep finds the change.
        result["output"] = "failed: %s" % type(error).__name__


try:
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(SECONDS_IN_ALL)
    if worker.is_alive():
        remember(down=True)
    # Stash reads the level of a line from its first letters.
    sys.stderr.write("\x01%s\x02PlexSync: %s\n" % (result["level"], result["output"]))
    sys.stderr.flush()
    sys.stdout.write(json.dumps({"output": result["output"]}) + "\n")
    sys.stdout.flush()
finally:
    # At once, and always with 0: what still hangs, such as looking up a name, must not hold back the save.
    os._exit(0)
`
}
