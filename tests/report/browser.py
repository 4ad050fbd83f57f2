"""Chromium without a window, driven over a pipe by the DevTools protocol: nothing to install but
the browser itself."""

import base64
import json
import os
import shutil
import subprocess
import tempfile


class Browser:
    """A browser with one page. What goes wrong on the page, and what it asks the network for, is in
    `errors` and `requests`."""

    def __init__(self, timeout_s=60):
        self.errors = []
        self.requests = []
        self.loaded = False
        self.session = None
        self.next_id = 0
        self.buffer = b""
        self.profile = tempfile.mkdtemp(prefix="nbang-report.")
        self.to_browser, self.from_browser, self.process = self.start(timeout_s)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def start(self, timeout_s):
        """Starts the browser, which reads from its file descriptor 3 and writes to 4."""
        read_end, to_browser = os.pipe()
        from_browser, write_end = os.pipe()
        flags = ["--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
                 "--hide-scrollbars", "--disable-extensions", "--disable-dev-shm-usage",
                 "--disable-background-networking", "--user-data-dir=" + self.profile]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        # The shell moves the pipes to where the browser wants them; `timeout` ends what hangs.
        moved = 'exec 8<&%d 9>&%d 3<&8 4>&9 8<&- 9>&-; exec timeout --kill-after=5 %d chromium "$@"' % (
            read_end, write_end, timeout_s)
        process = subprocess.Popen(["bash", "-c", moved, "chromium"] + flags,
                                   pass_fds=(read_end, write_end), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        os.close(read_end)
        os.close(write_end)
        return to_browser, from_browser, process

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (EOFError, OSError):
            pass
        self.process.wait()
        os.close(self.to_browser)
        os.close(self.from_browser)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        while b"\0" not in self.buffer:
            data = os.read(self.from_browser, 1 << 20)
            if not data:
                raise EOFError("the browser ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def note(self, event):
        method, params = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.errors.append("console: " + json.dumps(params["args"]))
        elif method == "Log.entryAdded":
            self.errors.append("log: " + params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded = True

    def call(self, method, **params):
        self.next_id += 1
        message = {"id": self.next_id, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]))
                return answer["result"]
            self.note(answer)

    # ---- what the checks do ----

    def open(self, path, width=1200, dark=False):
        """Opens a file as a page of that width, without scripts."""
        self.errors, self.requests, self.loaded = [], [], False
        self.call("Emulation.setScriptExecutionDisabled", value=True)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1 if width > 600 else 2, mobile=width <= 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        while not self.loaded:
            self.note(self.receive())

    def evaluate(self, expression):
        """The value of an expression, asked from outside of the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def screenshot(self, path):
        """The whole page as PNG."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = dict(x=0, y=0, width=size["width"], height=min(size["height"], 12000), scale=1)
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def print_to(self, path):
        """The page on A4 paper as PDF."""
        data = self.call("Page.printToPDF", printBackground=False, paperWidth=8.27,
                         paperHeight=11.69)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
