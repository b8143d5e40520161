"""Chromium without a window, driven over WebDriver; Python's `webbrowser` opens it like any other."""

import contextlib
import subprocess
import tempfile
import threading
import time
import webbrowser

import requests

PATIENCE = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Chromium(webbrowser.BaseBrowser):
    """`with Chromium(buttons):` presses those of the buttons that come up, in this order, on every page it is sent to."""

    def __init__(self, *buttons):
        super().__init__("chromium")
        self._buttons = buttons
        self._trouble = []

    def __enter__(self):
        # What was started ends, also where the rest does not start.
        with contextlib.ExitStack() as started:
            profile = started.enter_context(
                tempfile.TemporaryDirectory(prefix="presence-tray-chromium-", ignore_cleanup_errors=True)
            )
            driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
            started.callback(driver.wait)
            started.callback(driver.terminate)
            port = next(line for line in driver.stdout if "started successfully on port" in line)
            threading.Thread(target=driver.stdout.read, daemon=True).start()
            self._session = f"http://127.0.0.1:{port.strip().rstrip('.').split()[-1]}/session"
            arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            arguments += ["--no-first-run", "--no-proxy-server", "--disable-background-networking"]
            arguments += [f"--user-data-dir={profile}"]
            wanted = {
                # The front's certificate is its own word alone.
                "acceptInsecureCerts": True,
                "goog:chromeOptions": {"args": arguments},
            }
            self._session += "/" + self._call("", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
            started.callback(requests.delete, self._session, timeout=PATIENCE)
            self._running = started.pop_all()
        webbrowser.register("chromium", None, self, preferred=True)
        return self

    def __exit__(self, *_):
        self._running.close()
        assert not self._trouble, self._trouble

    def open(self, url, new=0, autoraise=True):
        # Not waited for: whoever opens a browser begins to listen afterwards.
        threading.Thread(target=self._visit, args=(url,), daemon=True).start()
        return True

    def _visit(self, url):
        try:
            self._call("/url", {"url": url})
            for button in self._buttons:
                element = self._find(f"#{button}")
                self._call(f"/element/{element}/click", {})
        except Exception as trouble:
            self._trouble.append(trouble)

    def _find(self, selector):
        # WebDriver has no events: its own waits look again and again, too.
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._call("/element", {"using": "css selector", "value": selector})[ELEMENT]
            except LookupError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _call(self, path, body):
        answer = requests.post(self._session + path, json=body, timeout=PATIENCE).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise LookupError(f"{path}: {answer['error']}: {answer['message']}")
        return answer
