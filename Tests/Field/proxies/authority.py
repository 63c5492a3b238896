"""A certificate authority for the length of a run, and the certificate that all the proxies show."""

import subprocess

SETTINGS = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[proxy]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
"""


def make(folder):
    """Leaves `ca.pem`, `chain.pem`, `key.pem`, and both of the latter in `all.pem`."""
    (folder / "settings").write_text(SETTINGS)

    def certify(kind, key, chain, *more):
        subprocess.run(
            ["openssl", "req", "-x509", "-config", folder / "settings", "-extensions", kind, "-newkey", "ec",
             "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN=field {kind}",
             "-keyout", folder / key, "-out", folder / chain, *more], check=True, capture_output=True)
    certify("authority", "ca.key", "ca.pem")
    certify("proxy", "key.pem", "chain.pem", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key")
    (folder / "all.pem").write_text((folder / "chain.pem").read_text() + (folder / "key.pem").read_text())
