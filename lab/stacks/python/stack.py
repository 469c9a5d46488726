"""Says what a library of PyPI makes of the response on standard input: `python stack.py NAME`."""

import asyncio
import collections.abc
import sys
import types

# Each imports its library and returns what reads a message: code and phrase, None for a phrase that it does not keep, None
# for a request. What raises an exception is refused.


def aiosip():
    # What newer versions of Python have moved or dropped since the library was written.
    asyncio.coroutine = types.coroutine
    collections.MutableMapping = collections.abc.MutableMapping
    asyncio.set_event_loop(asyncio.new_event_loop())
    from aiosip.message import Message, Response

    def read(octets):
        message = Message.from_raw_message(octets.decode())
        return (message.status_code, message.status_message) if isinstance(message, Response) else None

    return read


def pyvoip():
    import pyVoIP.VoIP
    from pyVoIP.SIP import SIPMessage, SIPMessageType

    def read(octets):
        message = SIPMessage(octets)
        return (int(message.status), None) if message.type == SIPMessageType.RESPONSE else None

    return read


def sipmessage():
    from sipmessage import Message, Response

    def read(octets):
        message = Message.parse(octets)
        return (message.code, message.phrase) if isinstance(message, Response) else None

    return read


def sippy():
    from sippy.SipResponse import SipResponse

    return lambda octets: SipResponse(octets.decode()).getSCode()


def twisted():
    from twisted.protocols.sip import MessagesParser, Response

    def read(octets):
        messages = []
        parser = MessagesParser(messages.append)
        parser.dataReceived(octets)
        parser.dataDone()
        return (messages[0].code, messages[0].phrase) if isinstance(messages[0], Response) else None

    return read


def voip_utils():
    from voip_utils.sip import SipMessage

    def read(octets):
        message = SipMessage.parse_sip(octets.decode())
        return (message.code, message.reason) if message.method is None else None

    return read


def verdict(read, octets):
    try:
        response = read(octets)
    except Exception:
        return "reject"
    if response is None:
        return "request"
    code, phrase = response
    return f"accept:{code}" if phrase is None else f"accept:{code}:{phrase.encode().hex()}"


libraries = [aiosip, pyvoip, sipmessage, sippy, twisted, voip_utils]
read = {library.__name__.replace("_", "-"): library for library in libraries}[sys.argv[1]]()
print(verdict(read, sys.stdin.buffer.read()))
