"""A program that Earshot can ask. Put your model into `load` and `answer`."""

import json, os, queue, sys, threading, time, wave  # noqa: E401, I001

out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what libraries print goes to the log and not into the protocol
turn, work, cancelled, model = threading.Lock(), queue.SimpleQueue(), set(), {}
hello = {"protocol": 1, "engine": "outside_engine", "roles": ["lam"], "pid": os.getpid()}
hello |= {"capabilities": {"segments": False}, "packages": {"python": sys.version.split()[0]}}
kinds = {ValueError: "audio_empty", OverflowError: "audio_too_long", LookupError: "internal"}


def send(**message):
    with turn:
        print(json.dumps({"jsonrpc": "2.0", **message}), file=out, flush=True)


def load(table):  # what the system's `model` table in the catalogue says
    model.update(table, loaded=True)
    return {"model_version": "example 1"}


def answer(params):  # yields pieces of text
    with wave.open(params["wav_path"]) as take:
        length = take.getnframes()
        if take.getparams()[:3] != (1, 2, 16000):
            raise TypeError("A take has one channel, 16 bits and 16 kHz.")
        if length > 120 * 16000:
            raise OverflowError("This model hears two minutes at most.")
        samples = take.readframes(length)
    if len(samples) < 2 * length:
        raise EOFError("The take is cut off.")
    if length < 1600 or not any(samples):
        raise ValueError("There is no sound in the take.")
    yield from ("I ", "heard ", f"{length / 16000:.1f} ", "seconds ", "of ", "sound.")


def respond(number, params):
    text, began_s = "", time.perf_counter()
    for piece in answer(params):
        if number in cancelled:
            break
        text += piece
        send(method="token", params={"id": number, "text": piece})
    finish = "cancelled" if number in cancelled else "stop"
    return {"text": text, "finish": finish, "engine_ms": (time.perf_counter() - began_s) * 1000}


def serve(number, method, params):
    if method == "load":
        return load(params["model"])
    if method == "unload":
        return model.clear() or {}
    if method != "respond" or not model:
        raise LookupError(f"{method!r} is unknown, or came before 'load'")
    return respond(number, params)


def work_off():
    while request := work.get():
        try:
            send(id=request["id"], result=serve(*map(request.get, ("id", "method", "params"))))
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller must hear of it
            # Of an error that is not in the table: the take cannot be read.
            data = {"kind": kinds.get(type(error), "bad_audio"), "researcher": str(error)}
            send(id=request["id"], error={"code": -32000, "message": str(error), "data": data})


threading.Thread(target=work_off, daemon=True).start()
at_once = {"initialize": hello, "probe": {"ok": True}, "shutdown": {}}
for line in sys.stdin:  # here, so that these get through while the thread above is at work
    request = json.loads(line)
    if request["method"] == "cancel":
        cancelled.add(request["params"]["id"])
    elif request["method"] not in at_once:
        work.put(request)
    else:
        send(id=request["id"], result=at_once[request["method"]])
        if request["method"] == "shutdown":
            break
os._exit(0)  # now: model libraries take seconds to unwind
