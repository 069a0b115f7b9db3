"""The few messages of PostgreSQL's protocol with which a client names statements once and then runs them."""

import struct


def message(letter, body=b""):
    return letter + struct.pack(">I", len(body) + 4) + body


def text(value):
    return value.encode() + b"\0"


def start_up(user, database):
    parameters = b"".join(map(text, ("user", user, "database", database))) + b"\0"
    return struct.pack(">II", len(parameters) + 8, 3 << 16) + parameters


def prepare_statement(name, query):
    """Its parameters and results travel as text, as with most drivers."""
    return message(b"P", text(name) + text(query) + struct.pack(">H", 0)) + message(b"S")


def run_statement(name, *parameters):
    """What a driver sends for a prepared statement: bind, execute, sync."""
    values = [parameter.encode() for parameter in parameters]
    counted = b"".join(struct.pack(">I", len(value)) + value for value in values)
    bound = text("") + text(name) + struct.pack(">HH", 0, len(values)) + counted + struct.pack(">H", 0)
    return message(b"B", bound) + message(b"E", text("") + struct.pack(">I", 0)) + message(b"S")


def array(texts):
    """A parameter of type text[]; the names here need no quotes."""
    return "{" + ",".join(texts) + "}"


def rows(answer):
    """The rows of an answer as lists of texts, None for null."""
    found, offset = [], 0
    while offset < len(answer):
        letter, length = struct.unpack_from(">cI", answer, offset)
        if letter == b"D":
            found.append(columns(answer, offset + 5))
        offset += 1 + length
    return found


def columns(answer, offset):
    (count,) = struct.unpack_from(">H", answer, offset)
    offset += 2
    found = []
    for _ in range(count):
        (length,) = struct.unpack_from(">i", answer, offset)
        offset += 4
        found.append(None if length < 0 else answer[offset : offset + length].decode())
        offset += max(length, 0)
    return found
