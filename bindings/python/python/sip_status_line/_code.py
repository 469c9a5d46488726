"""Status codes."""

from __future__ import annotations

from enum import IntEnum


class StatusCode(IntEnum):
    """A SIP status code, 100 to 699. It is an int, and every code of the registry has a name.

    Codes without a name are as valid, since extensions may define any of them: they are called by
    their number, and iteration passes over them.

    >>> from sip_status_line import StatusCode
    >>> StatusCode(486)
    <StatusCode.BUSY_HERE: 486>
    >>> StatusCode(498)
    <StatusCode.498: 498>
    >>> StatusCode.BUSY_HERE // 100 == 4
    True
    >>> StatusCode(700)
    Traceback (most recent call last):
      ...
    ValueError: 700 is not a valid StatusCode
    """

    __module__ = "sip_status_line"

    TRYING = 100
    RINGING = 180
    CALL_IS_BEING_FORWARDED = 181
    QUEUED = 182
    SESSION_PROGRESS = 183
    EARLY_DIALOG_TERMINATED = 199
    OK = 200
    ACCEPTED = 202
    NO_NOTIFICATION = 204
    SUCCESS_OTHERS = 299
    MULTIPLE_CHOICES = 300
    MOVED_PERMANENTLY = 301
    MOVED_TEMPORARILY = 302
    SEE_OTHER = 303
    USE_PROXY = 305
    ALTERNATIVE_SERVICE = 380
    REDIRECTION_OTHERS = 399
    BAD_REQUEST = 400
    UNAUTHORIZED = 401
    PAYMENT_REQUIRED = 402
    FORBIDDEN = 403
    NOT_FOUND = 404
    METHOD_NOT_ALLOWED = 405
    NOT_ACCEPTABLE = 406
    PROXY_AUTHENTICATION_REQUIRED = 407
    REQUEST_TIMEOUT = 408
    CONFLICT = 409
    GONE = 410
    LENGTH_REQUIRED = 411
    CONDITIONAL_REQUEST_FAILED = 412
    REQUEST_ENTITY_TOO_LARGE = 413
    REQUEST_URI_TOO_LONG = 414
    UNSUPPORTED_MEDIA_TYPE = 415
    UNSUPPORTED_URI_SCHEME = 416
    UNKNOWN_RESOURCE_PRIORITY = 417
    BAD_EXTENSION = 420
    EXTENSION_REQUIRED = 421
    SESSION_INTERVAL_TOO_SMALL = 422
    INTERVAL_TOO_BRIEF = 423
    BAD_LOCATION_INFORMATION = 424
    BAD_ALERT_MESSAGE = 425
    USE_IDENTITY_HEADER = 428
    PROVIDE_REFERRER_IDENTITY = 429
    FLOW_FAILED = 430
    ANONYMITY_DISALLOWED = 433
    BAD_IDENTITY_INFO = 436
    UNSUPPORTED_CREDENTIAL = 437
    INVALID_IDENTITY_HEADER = 438
    FIRST_HOP_LACKS_OUTBOUND_SUPPORT = 439
    MAX_BREADTH_EXCEEDED = 440
    BAD_INFO_PACKAGE = 469
    CONSENT_NEEDED = 470
    FILTERED_DESTINATION = 473
    UNUSABLE_TRANSPORT = 474
    BAD_URI = 475
    UNRESOLVABLE_ADDRESS = 476
    SEND_FAILED = 477
    UNRESOLVABLE_DESTINATION = 478
    UNPROCESSABLE_URI = 479
    TEMPORARILY_UNAVAILABLE = 480
    CALL_TRANSACTION_DOES_NOT_EXIST = 481
    LOOP_DETECTED = 482
    TOO_MANY_HOPS = 483
    ADDRESS_INCOMPLETE = 484
    AMBIGUOUS = 485
    BUSY_HERE = 486
    REQUEST_TERMINATED = 487
    NOT_ACCEPTABLE_HERE = 488
    BAD_EVENT = 489
    REQUEST_UPDATED = 490
    REQUEST_PENDING = 491
    UNDECIPHERABLE = 493
    SECURITY_AGREEMENT_REQUIRED = 494
    CLIENT_ERROR_OTHERS = 499
    SERVER_INTERNAL_ERROR = 500
    NOT_IMPLEMENTED = 501
    BAD_GATEWAY = 502
    SERVICE_UNAVAILABLE = 503
    SERVER_TIME_OUT = 504
    VERSION_NOT_SUPPORTED = 505
    ADMINISTRATIVELY_PROHIBITED = 510
    MESSAGE_TOO_LARGE = 513
    RESPONSE_CANNOT_BE_SENT_SAFELY = 514
    RESPONSE_REQUIRES_CONGESTION_MANAGEMENT = 515
    PROXYING_WOULD_FRAGMENT = 516
    BLOCKLISTED_DESTINATION = 520
    PUSH_NOTIFICATION_SERVICE_NOT_SUPPORTED = 555
    PRECONDITION_FAILURE = 580
    SERVER_ERROR_OTHERS = 599
    BUSY_EVERYWHERE = 600
    DECLINE = 603
    DOES_NOT_EXIST_ANYWHERE = 604
    NOT_ACCEPTABLE_ANYWHERE = 606
    UNWANTED = 607
    REJECTED = 608
    DIALOG_TERMINATED = 687
    GLOBAL_FAILURE_OTHERS = 699

    # As an int shows itself, which is not so in every version of Python.
    def __str__(self) -> str:
        return int.__repr__(self)

    def __format__(self, format_spec: str) -> str:
        return int.__format__(self, format_spec)

    # By number: some versions of Python pickle members by name.
    def __reduce_ex__(self, protocol: object) -> tuple[type[StatusCode], tuple[int]]:
        return type(self), (int(self),)

    @classmethod
    def _missing_(cls, value: object) -> StatusCode | None:
        if not isinstance(value, int) or not 100 <= value <= 699:
            return None
        code = int.__new__(cls, value)
        code._name_ = str(value)
        code._value_ = int(value)
        # The one that a thread was first to put there.
        found = cls._value2member_map_.setdefault(code._value_, code)
        assert isinstance(found, cls)
        return found
