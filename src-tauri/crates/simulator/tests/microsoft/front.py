"""TLS before the simulator, with a certificate that is thrown away: Microsoft's libraries insist on https.

Like any reverse proxy it passes `Host` on as the client wrote it, and says with `X-Forwarded-Proto` that the client spoke https, so that the
simulator names this front in its discovery document and its links.
"""

import datetime
import http.client
import http.server
import ipaddress
import ssl
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

# Meant for one connection (RFC 9110, section 7.6.1), or written anew by this server.
NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length", "date", "server"}


class Front:
    """`with Front(simulator) as front:` listens at `front.origin`; `front.certificate` is the file to trust."""

    def __init__(self, behind: str):
        self._folder = tempfile.TemporaryDirectory(prefix="presence-tray-front-")
        pem, key = _certificate()
        self.certificate = str(Path(self._folder.name, "front.pem"))
        Path(self.certificate).write_bytes(pem)
        key_file = Path(self._folder.name, "key.pem")
        key_file.write_bytes(key)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.behind = urlsplit(behind).netloc
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key_file)
        # The handshake is left to the connection's own thread, so that a silent client holds up nobody.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.origin = f"https://localhost:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one piece: in two, the second waits for the first to be acknowledged.
    wbufsize = -1

    def _pass_on(self):
        length = self.headers.get("Content-Length")
        body = self.rfile.read(int(length)) if length else None
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
        headers["X-Forwarded-Proto"] = "https"
        # As the client wrote it: that an action has no body is for the simulator to see.
        if length:
            headers["Content-Length"] = length
        behind = http.client.HTTPConnection(self.server.behind)
        try:
            behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                behind.putheader(name, value)
            behind.endheaders(body)
            answer = behind.getresponse()
            content = answer.read()
        finally:
            behind.close()
        self.send_response(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _pass_on

    def log_message(self, *_):
        pass


def _certificate():
    """A certificate for this machine that signed itself, and its key, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    usage = dict.fromkeys(
        [
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ],
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        # What newer versions of Python want of a certificate that is trusted by itself.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
