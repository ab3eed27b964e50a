"""Certificates made with openssl for one run of tests."""

import os
import subprocess

from .process import program


class Authority:
    def __init__(self, directory, name):
        self.directory, self.name = directory, name
        self.certificate, self._key = self._path("ca.pem"), self._path("ca.key")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                      "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.certificate)

    def _path(self, name):
        return os.path.join(self.directory, f"{self.name}-{name}")

    @staticmethod
    def _openssl(*arguments, **options):
        subprocess.run([program("openssl"), *arguments], check=True, capture_output=True, timeout=60, **options)

    def issue(self, host):
        """(certificate file, key file) for `host`."""
        certificate, key, request = (self._path(f"{host}.{end}") for end in ("pem", "key", "csr"))
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={host}",
                      "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-days", "2",
                      "-copy_extensions", "copy", "-set_serial", "2", "-out", certificate)
        return certificate, key
