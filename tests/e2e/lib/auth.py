"""How a client proves its password: mysql_native_password, and caching_sha2_password with each of its ways."""

import base64
import hashlib
import os

NATIVE, SHA2 = "mysql_native_password", "caching_sha2_password"
FAST, FULL, REQUEST_KEY = b"\x03", b"\x04", b"\x02"


class UnknownPlugin(Exception):
    """The server asks for a plugin that this client does not have; clients close the connection then."""


def _xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def native_proof(password, salt):
    if not password:
        return b""
    once = hashlib.sha1(password.encode()).digest()
    return _xor(once, hashlib.sha1(salt + hashlib.sha1(once).digest()).digest())


def sha2_proof(password, salt):
    if not password:
        return b"\0"  # as libmysqlclient does
    once = hashlib.sha256(password.encode()).digest()
    return _xor(once, hashlib.sha256(hashlib.sha256(once).digest() + salt).digest())


def proof(plugin, password, salt):
    """Empty for a plugin that is none of the two."""
    return {NATIVE: native_proof, SHA2: sha2_proof}.get(plugin, lambda *_: b"")(password, salt)


def encrypted_password(password, salt, pem):
    plain = password.encode() + b"\0"
    mask = (salt * (len(plain) // len(salt) + 1))[:len(plain)]
    return rsa_oaep(_xor(plain, mask), pem)


def rsa_oaep(message, pem):
    """RFC 8017 7.1.1 with SHA-1 and no label, so that nothing needs to be installed for it."""
    modulus, exponent = _public_numbers(pem)
    size = (modulus.bit_length() + 7) // 8
    block = hashlib.sha1(b"").digest() + bytes(size - len(message) - 42) + b"\x01" + message
    seed = os.urandom(20)
    masked_block = _xor(block, _mgf1(seed, len(block)))
    masked_seed = _xor(seed, _mgf1(masked_block, 20))
    return pow(int.from_bytes(b"\0" + masked_seed + masked_block, "big"), exponent, modulus).to_bytes(size, "big")


def _mgf1(seed, length):
    out, counter = b"", 0
    while len(out) < length:
        out += hashlib.sha1(seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return out[:length]


def _public_numbers(pem):
    """(modulus, exponent) of a SubjectPublicKeyInfo: in it, after the algorithm, a bit string with a sequence of two."""
    body = b"".join(line for line in pem.strip().splitlines() if not line.startswith(b"-----"))
    _, bits = _children(_value(base64.b64decode(body)))
    modulus, exponent = _children(_value(_value(bits)[1:]))
    return int.from_bytes(_value(modulus), "big"), int.from_bytes(_value(exponent), "big")


def _header(der):
    """(length of the header, length of the value) of a DER element."""
    if der[1] < 0x80:
        return 2, der[1]
    count = der[1] & 0x7F
    return 2 + count, int.from_bytes(der[2:2 + count], "big")


def _value(der):
    start, length = _header(der)
    return der[start:start + length]


def _children(value):
    found = []
    while value:
        size = sum(_header(value))
        found.append(value[:size])
        value = value[size:]
    return found
