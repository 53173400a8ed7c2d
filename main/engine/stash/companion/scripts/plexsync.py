"""Tells PlexSync what changed: type, ids and names of the changed fields, nothing else.

Made by PlexSync for this one Stash. Change nothing here: install the plugin again instead.
"""
import http.client
import json
import os
import sys
import threading
import time

HOST = "@@HOST@@"
PORT = int("@@PORT@@")
TOKEN = "@@TOKEN@@"
WHERE = "@@BASE@@"
SECONDS_IN_ALL = 2
SECONDS_OF_PAUSE = 30
AT_ONCE = 200
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


def ids_of(given):
    """Stash runs the hook once per scene of a bulk edit, each time with the input of all. None for a single edit."""
    listed = given.get("ids") if isinstance(given, dict) else given
    if not isinstance(listed, list):
        return None
    ids = [str(one.get("id") if isinstance(one, dict) else one) for one in listed]
    ids = [one for one in ids if one.isdigit()]
    return ids if len(ids) > 1 else None


def events_of(args):
    hook = args.get("hookContext") or {}
    if not hook.get("type"):
        return []
    ids = ids_of(hook.get("input"))
    # The hook of the first id speaks for all.
    if ids is not None and str(hook.get("id")) != ids[0]:
        return []
    event = {"type": hook["type"]}
    # None named means that it is not known what changed, as after a scan; not that nothing did. An array of inputs: each
    # scene may have other fields.
    if hook.get("inputFields") and not isinstance(hook.get("input"), list):
        event["inputFields"] = hook["inputFields"]
    return [dict(event, id=one) for one in (ids or [hook.get("id")])]


def run():
    # Of all that Stash writes here, its login included, nothing but the event goes on.
    args = (json.loads(sys.stdin.buffer.read().decode("utf-8") or "null") or {}).get("args") or {}
    ping = args.get("mode") == "ping"
    events = [{"type": "ping"}] if ping else events_of(args)
    if not events:
        return "nothing to tell", "d"
    if not ping and is_paused():
        return "paused: PlexSync was down just now", "d"
    try:
        status = 202
        for start in range(0, len(events), AT_ONCE):
            part = events[start:start + AT_ONCE]
            status = tell(part[0] if len(part) == 1 else part)
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
        # A save must not fail because PlexSync was not told: the change probe finds the change.
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
