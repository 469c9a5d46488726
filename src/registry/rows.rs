//! The rows of the registry.

use super::entry::HeaderRule;
use super::table::{LINE, headers, line, option, padded, rows};

/// What any provisional response to INVITE from 101 on needs.
const PROGRESS: &[HeaderRule] = headers!([
    "To" "with a tag, if the request has none" "RFC 3261 §8.2.6.2",
    "Contact" "if it sets up an early dialog" "RFC 3261 §12.1.1",
    "Record-Route" "if it sets up an early dialog, copied from the request" "RFC 3261 §12.1.1",
    "Require" "with 100rel, if sent reliably" "RFC 3262 §3",
    "RSeq" "if sent reliably" "RFC 3262 §3",
]);

const ALERT: &[HeaderRule] = headers!([
    "Alert-Info" "" "RFC 7462 §4.1",
]);

rows! {
    100 TRYING "Trying" Current RFC 3261 "21.1.1"
        aka { Translation "Kamailio, Czech" ["Navazuji spojeni"] }
        means "The next hop has taken the request and works on it. It ends the repetition of an INVITE; other requests are still repeated, every T2 (RFC 3261 §17.1.2.2)."
        then "Wait; the outcome is still open."
        must ["Timestamp" "if the request had one" "RFC 3261 §8.2.6.1"]
        may ["To" "with a tag added, though the server transaction should add none (§17.2.1)" "RFC 3261 §8.2.6.2"];
    180 RINGING "Ringing" Current RFC 3261 "21.1.2"
        aka {
            Translation "a translated tutorial" ["dialing in progress"]
            Translation "Kamailio, Czech" ["Vyzvani"]
        }
        means "The phone of the called party is ringing."
        then "Wait for a final response, with ringback if nothing else is heard."
        must PROGRESS
        may ALERT;
    181 CALL_IS_BEING_FORWARDED "Call Is Being Forwarded" Current RFC 3261 "21.1.3"
        aka {
            Stack "Asterisk, tests" ["Redirected"]
            Translation "a translated tutorial" ["being transferred", "call being forwarder"]
            Translation "Kamailio, Czech" ["Hovor byl presmerovan", "Hovor je presmerovan"]
        }
        means "The call is on its way to another destination than the one asked for."
        then "Wait for a final response."
        must PROGRESS
        may ALERT;
    182 QUEUED "Queued" Current RFC 3261 "21.1.4"
        aka {
            Document "lists of codes" ["Call Queued", "Queuing"]
            Translation "a translated tutorial" ["Queue"]
            Translation "Kamailio, Czech" ["Jste v poradi"]
        }
        means "The called party is not free, and the call waits in a queue."
        then "Wait; another 182 may tell how the queue moves."
        phrase "how the queue stands, such as the place in it and the time to wait"
        must PROGRESS
        may ALERT;
    183 SESSION_PROGRESS "Session Progress" Current RFC 3261 "21.1.5"
        aka {
            Stack "Asterisk, tests" ["Call Progress"]
            Stack "drachtio, aiosip" ["Session in Progress"]
            Translation "Kamailio, Czech" ["Probiha navazovani spojeni"]
        }
        means "The call makes progress that no other code describes, often with early media."
        then "Wait; unknown provisional codes count as this one."
        must PROGRESS
        may ALERT;
    199 EARLY_DIALOG_TERMINATED "Early Dialog Terminated" Current RFC 6228 "11.1"
        means "A forked call has lost one of its early dialogs and goes on without it."
        then "Release what that early dialog held and wait for the other branches."
        must [
            "To" "with the tag of the early dialog that ended" "RFC 6228 §5",
            "Reason" "with the status code that ended it" "RFC 6228 §5",
            "Require" "with 100rel, if sent reliably" "RFC 3262 §3",
            "RSeq" "if sent reliably" "RFC 3262 §3",
        ];

    200 OK "OK" Current RFC 3261 "21.2.1"
        aka { Translation "Kamailio, Czech" ["Uspesne provedeno", "Uspesne zpracovano"] }
        means "The request did what it was meant to do; the method decides what comes with the answer."
        then "Go on, after an ACK from end to end if the method was INVITE. The transaction of an INVITE lives on, to take further 2xx (RFC 6026 §7)."
        must [
            "To" "with a tag, if the request has none" "RFC 3261 §8.2.6.2",
            "Contact" "to INVITE" "RFC 3261 §12.1.1",
            "Record-Route" "to INVITE, copied from the request" "RFC 3261 §12.1.1",
            "Contact" "to REGISTER, with every current binding and when it expires" "RFC 3261 §10.3",
            "Contact" "to SUBSCRIBE" "RFC 3265 §7",
            "Contact" "to UPDATE" "RFC 3311 §7",
            "Contact" "to REFER" "RFC 3515 §2.2",
            "Expires" "to SUBSCRIBE, with the duration granted" "RFC 6665 §3.1.1",
            "Expires" "to PUBLISH" "RFC 3903 §6",
            "SIP-ETag" "to PUBLISH" "RFC 3903 §6",
        ]
        should [
            "Allow" "to INVITE" "RFC 3261 §13.3.1.4",
            "Supported" "to INVITE" "RFC 3261 §13.3.1.4",
            "Allow" "to OPTIONS, except from a proxy, which should leave it out" "RFC 3261 §11.2",
            "Accept" "to OPTIONS" "RFC 3261 §11.2",
            "Accept-Encoding" "to OPTIONS" "RFC 3261 §11.2",
            "Accept-Language" "to OPTIONS" "RFC 3261 §11.2",
            "Supported" "to OPTIONS" "RFC 3261 §11.2",
            "Date" "to REGISTER" "RFC 3261 §10.3",
        ]
        may [
            "Authentication-Info" "" "RFC 3261 §20.6",
            "Accept-Resource-Priority" "" "RFC 4412 §3.3",
        ];
    202 ACCEPTED "Accepted" Deprecated RFC 6665 "8.3.1"
        aka {
            Stack "Kamailio" ["Pending"]
            Translation "Kamailio, Czech" ["Bude vyrizeno pozdeji"]
        }
        means "The request was taken on, and what becomes of it is open: a MESSAGE, for one, waits in a relay."
        then "To SUBSCRIBE, NOTIFY and REFER it is a 200 (RFC 6665 §8.3.1, RFC 7647 §5). After MESSAGE, do not assume that the message was delivered (RFC 3428 §4).";
    204 NO_NOTIFICATION "No Notification" Current RFC 5839 "7.1"
        means "The SUBSCRIBE worked, and no NOTIFY follows because the subscriber has the current state. It refreshes a subscription or ends it (RFC 5839 §5.7)."
        then "Go on with the event state at hand."
        must ["Expires" "with the duration granted" "RFC 6665 §3.1.1"];
    299 SUCCESS_OTHERS "Success - Others" Unregistered "Wireshark";

    300 MULTIPLE_CHOICES "Multiple Choices" Current RFC 3261 "21.3.1"
        aka {
            Translation "a translated tutorial" ["multiple options", "Over 300 options"]
            Translation "Kamailio, Czech" ["Existuje vice moznosti", "Vice moznosti"]
        }
        means "The address leads to several places, listed in Contact or the body, from which to choose."
        then "Send a new request to whichever contacts suit."
        should ["Contact" "with the choices" "RFC 3261 §21.3.1"];
    301 MOVED_PERMANENTLY "Moved Permanently" Current RFC 3261 "21.3.2"
        aka {
            Document "a list of codes" ["Permanently moved"]
            Translation "a translated tutorial" ["permanent migration"]
            Translation "Kamailio, Czech" ["Trvale presmerovano"]
        }
        means "The user is no longer at this address and is to be found at the one in Contact from now on."
        then "Send to the new address and replace the stored one."
        should ["Contact" "with the new address" "RFC 3261 §13.3.1.2"];
    302 MOVED_TEMPORARILY "Moved Temporarily" Current RFC 3261 "21.3.3"
        aka {
            Stack "Asterisk, tests" ["Temporarily Moved"]
            Stack "drachtio, tests" ["Moved"]
            Translation "a translated tutorial" ["temporarily migrated", "moved temporaily"]
            Translation "Kamailio, Czech" ["Docasne presmerovano"]
        }
        means "The user is at the address in Contact for the time being."
        then "Send to the new address, and keep it only as long as Expires or an expires parameter says; without either, use it once."
        should ["Contact" "with the new address" "RFC 3261 §13.3.1.2"]
        may ["Expires" "if the address may be cached, as an expires parameter of Contact says too" "RFC 3261 §21.3.3"];
    303 SEE_OTHER "See Other" Obsolete RFC 2543 "5.1.1";
    305 USE_PROXY "Use Proxy" Current RFC 3261 "21.3.4"
        aka {
            Translation "a translated tutorial" ["use Proxy Server"]
            Translation "Kamailio, Czech" ["Pouzijte jiny server"]
        }
        means "A user agent server takes requests only by way of the proxy in Contact."
        then "Send this request again through that proxy, and only this one."
        may ["Contact" "with the URI of the proxy" "RFC 3261 §21.3.4"];
    380 ALTERNATIVE_SERVICE "Alternative Service" Current RFC 3261 "21.3.5"
        aka {
            Stack "belle-sip" ["Alternate contact"]
            Translation "a translated tutorial" ["alternative services"]
            Translation "Kamailio, Czech" ["Alternativni sluzba"]
        }
        means "The call is not possible, and the body describes what is possible instead."
        then "Read the body and use one of the services it offers, if any fits."
        may ["Contact" "" "RFC 3261 §20.10"];
    399 REDIRECTION_OTHERS "Redirection - Others" Unregistered "Wireshark";

    400 BAD_REQUEST "Bad Request" Current RFC 3261 "21.4.1"
        aka {
            Standard "RFC 3261 §10.3" ["Invalid Request"]
            Translation "a translated tutorial" ["improper call"]
            Translation "Kamailio, Czech" ["Chyba protokolu"]
        }
        means "The syntax of the request is wrong."
        then "Correct the request first; unknown 4xx codes count as this one."
        phrase "what is wrong with the syntax, such as a missing header field";
    401 UNAUTHORIZED "Unauthorized" Current RFC 3261 "21.4.2"
        aka {
            Stack "Asterisk and SIPp, tests" ["Authorization Required"]
            Document "a list of codes" ["Unauthorised"]
            Translation "Kamailio, Czech" ["Overeni totoznosti"]
        }
        means "The user agent server or registrar wants to know who sends the request."
        then "Repeat it once with an answer to the challenge, unless just that answer was refused."
        must ["WWW-Authenticate" "" "RFC 3261 §22.2"]
        may ["Proxy-Authenticate" "if a forking proxy gathered challenges" "RFC 3261 §16.7"];
    402 PAYMENT_REQUIRED "Payment Required" Reserved RFC 3261 "21.4.3"
        aka { Translation "Kamailio, Czech" ["Placena sluzba"] }
        means "The number is set aside for payment, and no RFC has given it a use."
        then "Treat it as an unknown 4xx.";
    403 FORBIDDEN "Forbidden" Current RFC 3261 "21.4.4"
        aka {
            Standard "RFC 8224 §6.2.2" ["Stale Date"]
            Standard "RFC 8224 §12.6" ["Inappropriate Display Name"]
            Standard "RFC 5373 §4.5.1" ["manual answer forbidden", "automatic answer forbidden"]
            Translation "Kamailio, Czech" ["Zakazano"]
        }
        means "The server will not do this, whoever asks."
        then "Give up; to authenticate would not help."
        phrase "that the answer mode asked for is not allowed, or that the Date of a signed request is too old (RFC 8224 §6.2.2)";
    404 NOT_FOUND "Not Found" Current RFC 3261 "21.4.5"
        aka {
            Standard "RFC 3261 §20.18" ["The number you have dialed is not in service"]
            Translation "Kamailio, Czech" ["Nenalezeno"]
        }
        means "The domain has no such user, or the server does not serve that domain."
        then "Give up, unless Retry-After promises the user later."
        may ["Retry-After" "" "RFC 3261 §20.33"];
    405 METHOD_NOT_ALLOWED "Method Not Allowed" Current RFC 3261 "21.4.6"
        aka { Translation "Kamailio, Czech" ["Nepovoleny prikaz"] }
        means "This address does not take that method."
        then "Use one of the methods in Allow."
        must ["Allow" "" "RFC 3261 §21.4.6"];
    406 NOT_ACCEPTABLE "Not Acceptable" Current RFC 3261 "21.4.7"
        aka { Translation "Kamailio, Czech" ["Neni povoleno"] }
        means "Everything the server could answer is of a type that Accept rules out."
        then "Accept more types.";
    407 PROXY_AUTHENTICATION_REQUIRED "Proxy Authentication Required" Current RFC 3261 "21.4.8"
        aka {
            Standard "RFC 3665" ["Proxy Authorization Required"]
            Stack "PJSIP, tests" ["Proxy Authenticate"]
            Translation "Kamailio, Czech" ["Server vyzaduje autentizaci", "Server vyzaduje overeni totoznosti"]
        }
        means "A proxy wants to know who sends the request before it passes it on."
        then "Repeat it once with Proxy-Authorization for that realm."
        must ["Proxy-Authenticate" "" "RFC 3261 §22.3"]
        may ["WWW-Authenticate" "if a forking proxy gathered challenges" "RFC 3261 §16.7"];
    408 REQUEST_TIMEOUT "Request Timeout" Current RFC 3261 "21.4.9"
        aka {
            OlderRfc "RFC 2543" ["Timeout"]
            Document "a list of codes" ["Request Timed Out"]
            Translation "Kamailio, Czech" ["Casovy limit vyprsel", "Vyprsel casovy limit"]
        }
        means "The server found no answer within the time it had; a timeout at the client counts as this code."
        then "Send the same request again whenever it suits. After a BYE the dialog is over (RFC 3261 §15.1.1).";
    409 CONFLICT "Conflict" Obsolete RFC 2543 "7.4.10";
    410 GONE "Gone" Current RFC 3261 "21.4.10"
        aka { Translation "Kamailio, Czech" ["Nenalezeno"] }
        means "The user has left this address, and no new one is known."
        then "Give up and forget the address.";
    411 LENGTH_REQUIRED "Length Required" Obsolete RFC 2543 "7.4.12";
    412 CONDITIONAL_REQUEST_FAILED "Conditional Request Failed" Current RFC 3903 "11.2.1"
        aka { Stack "reSIProcate, Sofia-SIP" ["Precondition Failed"] }
        means "A PUBLISH named an entity-tag that is not the current one."
        then "Publish the whole state again, without SIP-If-Match.";
    413 REQUEST_ENTITY_TOO_LARGE "Request Entity Too Large" Current RFC 3261 "21.4.11"
        aka {
            Standard "RFC 3398 §8.2.6.1" ["Request Entity too long"]
            Document "a list of codes" ["Request message body too long"]
            Translation "Kamailio, Czech" ["Dotaz je prilis dlouhy", "Prilis dlouhy identifikator"]
        }
        means "The server does not take a body of that size."
        then "Send a smaller body or none, or wait for Retry-After."
        should ["Retry-After" "if the limit will pass" "RFC 3261 §21.4.11"];
    414 REQUEST_URI_TOO_LONG "Request-URI Too Long" Current RFC 3261 "21.4.12"
        aka {
            Standard "RFC 3261 §25.1" ["Request-URI Too Large"]
            Stack "AudioCodes" ["Request-URL Too Long"]
            Translation "Kamailio, Czech" ["Request-URI je prilis dlouhe"]
        }
        means "The server does not read a Request-URI of that length."
        then "Shorten the Request-URI.";
    415 UNSUPPORTED_MEDIA_TYPE "Unsupported Media Type" Current RFC 3261 "21.4.13"
        aka { Translation "Kamailio, Czech" ["Nepodporovany typ dat", "Nepodporovany typ medii"] }
        means "The server cannot read the body: its type, its encoding or its language."
        then "Send a body as the Accept fields of the response describe."
        must [
            "Accept" "if the type was the problem" "RFC 3261 §21.4.13",
            "Accept-Encoding" "if the encoding was the problem" "RFC 3261 §21.4.13",
            "Accept-Language" "if the language was the problem" "RFC 3261 §21.4.13",
        ];
    416 UNSUPPORTED_URI_SCHEME "Unsupported URI Scheme" Current RFC 3261 "21.4.14"
        aka { Translation "Kamailio, Czech" ["Nepodporovany typ identifikatoru"] }
        means "The scheme of the Request-URI is foreign to the server."
        then "Use a SIP URI for the same target, but never in place of a SIPS URI unless the user confirms it (RFC 5630 §5.1.1). A proxy does not replace SIPS by SIP at all (RFC 5630 §5.3).";
    417 UNKNOWN_RESOURCE_PRIORITY "Unknown Resource-Priority" Current RFC 4412 "4.6.2"
        aka { Stack "Kamailio" ["Bad Extension"] }
        means "The request insists on a resource priority, but the server knows none of its values."
        then "Choose a value from Accept-Resource-Priority."
        may ["Accept-Resource-Priority" "" "RFC 4412 §4.6.2"];
    420 BAD_EXTENSION "Bad Extension" Current RFC 3261 "21.4.15"
        aka {
            Translation "a translated tutorial" ["incorrect extension"]
            Translation "Kamailio, Czech" ["Neplatne cislo linky", "Spatne cislo linky"]
        }
        means "The request requires an extension that the server does not have."
        then "Do without the extensions in Unsupported."
        must ["Unsupported" "with the options not understood" "RFC 3261 §21.4.15"];
    421 EXTENSION_REQUIRED "Extension Required" Current RFC 3261 "21.4.16"
        aka {
            Stack "JAIN SIP" ["Etension Required"]
            Translation "Kamailio, Czech" ["Zadejte cislo linky"]
        }
        means "The server insists on an extension that is missing from the client's Supported."
        then "Send it again with that extension, if the client has it."
        must [
            "Require" "with the extension" "RFC 3261 §21.4.16",
            "Security-Server" "if the extension is sec-agree" "RFC 3329 §2.3.2",
            "Proxy-Authenticate" "or whatever else starts the preferred mechanism, if the extension is sec-agree" "RFC 3329 §2.3.2",
        ];
    422 SESSION_INTERVAL_TOO_SMALL "Session Interval Too Small" Current RFC 4028 "6"
        aka { Stack "PJSIP, tests; Yate" ["Session Timer too small"] }
        means "The session timer asked for is shorter than a hop on the way permits."
        then "Raise Session-Expires to Min-SE or more, and send Min-SE along."
        must ["Min-SE" "" "RFC 4028 §6"];
    423 INTERVAL_TOO_BRIEF "Interval Too Brief" Current RFC 3261 "21.4.17"
        aka {
            OlderRfc "RFC 3265 §3.1.6.1" ["Interval too small"]
            OlderRfc "RFC 3265 §3.1.6.4" ["Subscription Too Brief"]
            Document "a list of codes" ["Interval too short"]
            Translation "Kamailio, Czech" ["Prilis kratky interval"]
        }
        means "The registration, subscription or publication would expire too soon."
        then "Ask for Min-Expires seconds or more."
        must ["Min-Expires" "" "RFC 3261 §10.3"];
    424 BAD_LOCATION_INFORMATION "Bad Location Information" Current RFC 6442 "4.3"
        means "The location that the request conveys is no use to the server."
        then "Convey a better location, the one in the body of the response if it has one."
        must ["Geolocation-Error" "" "RFC 6442 §4.3"];
    425 BAD_ALERT_MESSAGE "Bad Alert Message" Current RFC 8876 "5.1"
        means "The alert of an emergency request without a call cannot be acted upon."
        then "Mend the alert as AlertMsg-Error says."
        must ["AlertMsg-Error" "" "RFC 8876 §5.1"];
    428 USE_IDENTITY_HEADER "Use Identity Header" Current RFC 8224 "6.2.2"
        aka { Standard "RFC 8224 §6.2.2" ["Use Supported PASSporT Format"] }
        means "The verifier takes only requests whose Identity it can check, and this one has none."
        then "Send it through a service that signs it."
        phrase "Use Supported PASSporT Format, if there is an Identity but none of a kind the verifier supports";
    429 PROVIDE_REFERRER_IDENTITY "Provide Referrer Identity" Current RFC 3892 "5"
        means "The target of a REFER asks for proof of who referred the caller."
        then "Refer again with a Referred-By token.";
    430 FLOW_FAILED "Flow Failed" Current RFC 5626 "11.5"
        means "One flow to the user agent is broken, as an edge proxy tells the authoritative proxy."
        then "Try another flow to the same user agent; an endpoint takes it for a 400.";
    433 ANONYMITY_DISALLOWED "Anonymity Disallowed" Current RFC 5079 "5"
        means "The called party takes no anonymous calls."
        then "Ask the user before showing who is calling.";
    436 BAD_IDENTITY_INFO "Bad Identity Info" Current RFC 8224 "6.2.2"
        aka { OlderRfc "RFC 4474 §14.3" ["Bad Identity-Info"] }
        means "The verifier could not fetch the credential that Identity points to."
        then "Sign with a credential that can be fetched."
        phrase "why the credential could not be had";
    437 UNSUPPORTED_CREDENTIAL "Unsupported Credential" Current RFC 8224 "6.2.2"
        aka { OlderRfc "RFC 4474 §14.4" ["Unsupported Certificate"] }
        means "The verifier has the credential and does not trust or support it."
        then "Sign with another credential."
        phrase "why the credential is not relied on";
    438 INVALID_IDENTITY_HEADER "Invalid Identity Header" Current RFC 8224 "6.2.2"
        aka { Standard "RFC 8224 §6.2.2" ["Invalid PASSporT"] }
        means "Identity is there, but no signature in it holds."
        then "Send the full PASSporT, once, if the compact form was used."
        phrase "Invalid PASSporT, if the fault is in the PASSporT itself";
    439 FIRST_HOP_LACKS_OUTBOUND_SUPPORT "First Hop Lacks Outbound Support" Current RFC 5626 "11.6"
        aka { Stack "Sofia-SIP" ["Stale Date"] }
        means "The REGISTER asks for outbound, which the first proxy on its way does not support."
        then "Register without outbound or by another first proxy.";
    440 MAX_BREADTH_EXCEEDED "Max-Breadth Exceeded" Current RFC 5393 "6.2"
        means "A proxy would have to fork into more branches than Max-Breadth leaves it."
        then "Aim at fewer targets; some may not have seen the request.";
    469 BAD_INFO_PACKAGE "Bad Info Package" Current RFC 6086 "4.2.2"
        means "The INFO belongs to an Info Package that the receiver did not offer."
        then "Keep to the packages in Recv-Info."
        must ["Recv-Info" "except to an INFO of the older kind, which names no package" "RFC 6086 §4.2.2"];
    470 CONSENT_NEEDED "Consent Needed" Current RFC 5360 "5.9.2"
        means "A relay may not send to some of the recipients, because they have not consented."
        then "Obtain their consent, then send again."
        should ["Permission-Missing" "with the recipients in question" "RFC 5360 §5.9.2"];
    473 FILTERED_DESTINATION "Filtered destination" Unregistered "OpenSIPS"
        aka { Stack "OpenSIPS" ["Filtered destination (473/SL)"] };
    474 UNUSABLE_TRANSPORT Unregistered "OpenSIPS";
    475 BAD_URI "Bad URI" Unregistered "OpenSIPS"
        aka { Stack "OpenSIPS" ["Bad URI (475/SL)"] };
    476 UNRESOLVABLE_ADDRESS "Unresolvable destination" Unregistered "OpenSIPS"
        aka { Stack "OpenSIPS" ["Unresolvable destination (476/SL)"] };
    477 SEND_FAILED "Send failed" Unregistered "Kamailio, OpenSIPS"
        aka {
            Stack "OpenSIPS" ["Send failed (477/SL)"]
            Stack "Kamailio" [
                "Unfortunately error on sending to next hop occurred",
                "Unfortunately error on sending to next hop occurred (477/SL)",
                "Unfortunately error on sending to next hop occurred (477/TM)",
            ]
        };
    478 UNRESOLVABLE_DESTINATION "Unresolvable destination" Unregistered "Kamailio"
        aka { Stack "Kamailio" ["Unresolvable destination (478/SL)", "Unresolvable destination (478/TM)"] };
    479 UNPROCESSABLE_URI "Regretfully, we were not able to process the URI" Unregistered "Kamailio"
        aka {
            Stack "Kamailio" [
                "Regretfully, we were not able to process the URI (479/SL)",
                "Regretfully, we were not able to process the URI (479/TM)",
            ]
            Stack "OpenSIPS, example script" ["We don't forward to private IP addresses"]
        };
    480 TEMPORARILY_UNAVAILABLE "Temporarily Unavailable" Current RFC 3261 "21.4.18"
        aka {
            Standard "RFC 3261 §25.1" ["Temporarily not available"]
            Standard "RFC 3665" ["No Response"]
            Translation "Kamailio, Czech" ["Docasne nedostupne"]
        }
        means "The user is known but cannot be reached now."
        then "Try again later, at the time in Retry-After if there is one. With Warning 380 or 381, never replace SIPS by SIP unless the user confirms it (RFC 5630 §5.1.1)."
        phrase "why the user cannot be reached"
        should [
            "Warning" "with code 380 or 381, if a user agent refuses it for the SIPS of its Request-URI or Contact" "RFC 5630 §5.1.2",
        ]
        may [
            "Retry-After" "" "RFC 3261 §21.4.18",
            "Warning" "with code 380 or 381, if a proxy refuses it for SIPS" "RFC 5630 §5.3",
        ];
    481 CALL_TRANSACTION_DOES_NOT_EXIST "Call/Transaction Does Not Exist" Current RFC 3261 "21.4.19"
        aka {
            Standard "RFC 3261 §25.1" ["Call Leg/Transaction Does Not Exist"]
            Standard "RFC 6665 §4.1.3" ["Subscription does not exist"]
            OlderRfc "RFC 2543" ["Transaction Does Not Exist"]
            Stack "Asterisk" ["Call Leg Does Not Exist"]
            Translation "Kamailio, Czech" ["Spojeni nenalezeno"]
        }
        means "The receiver knows no dialog or transaction that the request could belong to."
        then "Start afresh outside that dialog. After a BYE the dialog is over (RFC 3261 §15.1.1).";
    482 LOOP_DETECTED "Loop Detected" Current RFC 3261 "21.4.20"
        aka {
            Standard "RFC 5057 §5.1" ["Merged Request"]
            Stack "sngrep" ["Loop Detected."]
            Translation "Kamailio, Czech" ["Zprava se zacyklila", "Zprava se zacyklila (chyba serveru)"]
        }
        means "The request met an element it had been through, or a forked copy of itself."
        then "Change the route first; of several answers take another.";
    483 TOO_MANY_HOPS "Too Many Hops" Current RFC 3261 "21.4.21"
        aka {
            Stack "Kamailio, example script" ["To Many Hops"]
            Translation "Kamailio, Czech" ["Prilis mnoho kroku", "Prilis mnoho mezikroku"]
        }
        means "The request used up its Max-Forwards."
        then "Raise Max-Forwards if it started low.";
    484 ADDRESS_INCOMPLETE "Address Incomplete" Current RFC 3261 "21.4.22"
        aka { Translation "Kamailio, Czech" ["Neuplna adresa"] }
        means "The number dialled is not complete."
        then "Add the digits that follow and send again."
        phrase "what is missing";
    485 AMBIGUOUS "Ambiguous" Current RFC 3261 "21.4.23"
        aka { Translation "Kamailio, Czech" ["Nejednoznacne", "Neni jednoznacne"] }
        means "The address fits more than one user."
        then "Let the caller choose among the contacts offered."
        should ["Contact" "with the candidates, if a proxy makes the response" "RFC 3261 §16.5"]
        may ["Contact" "with the candidates, unless configured not to for privacy" "RFC 3261 §21.4.23"];
    486 BUSY_HERE "Busy Here" Current RFC 3261 "21.4.24"
        aka {
            Standard "RFC 3911" ["Busy"]
            Stack "drachtio, tests" ["User Busy"]
            Translation "Kamailio, Czech" ["Volany je zaneprazdnen"]
        }
        means "The called party is busy at this device."
        then "Call again later, at the time in Retry-After if there is one, or try other devices."
        may ["Retry-After" "" "RFC 3261 §21.4.24"];
    487 REQUEST_TERMINATED "Request Terminated" Current RFC 3261 "21.4.25"
        aka {
            Standard "RFC 7463" ["Request Cancelled"]
            Translation "Kamailio, Czech" ["Prikaz predcasne ukoncen"]
        }
        means "A CANCEL or BYE ended the request, or it expired."
        then "Nothing is left to do.";
    488 NOT_ACCEPTABLE_HERE "Not Acceptable Here" Current RFC 3261 "21.4.26"
        aka { Translation "Kamailio, Czech" ["Nebylo akceptovano"] }
        means "The device cannot take part in the session as it is described."
        then "Describe the session in another way, or call another device."
        should ["Warning" "" "RFC 3261 §13.3.1.3"];
    489 BAD_EVENT "Bad Event" Current RFC 6665 "8.3.2"
        aka { Stack "reSIProcate" ["Event Package Not Supported"] }
        means "The receiver does not have the event package named in Event."
        then "Choose a package from Allow-Events."
        may ["Allow-Events" "which RFC 3265 §7.2 made mandatory" "RFC 6665 §8.2.2"];
    490 REQUEST_UPDATED "Request Updated" Unregistered "PJSIP, Sofia-SIP, the list of Columbia University";
    491 REQUEST_PENDING "Request Pending" Current RFC 3261 "21.4.27"
        aka { Translation "Kamailio, Czech" ["Cekam na odpoved"] }
        means "The request crossed another one that changes the same session."
        then "Try again after 2.1 to 4 seconds at random if the Call-ID is your own, after 0 to 2 if not.";
    493 UNDECIPHERABLE "Undecipherable" Current RFC 3261 "21.4.28"
        aka { Translation "Kamailio, Czech" ["Nelze dekodovat"] }
        means "The receiver cannot decrypt the S/MIME body; the response should bring its certificate."
        then "Encrypt for the certificate in the response, or not at all.";
    494 SECURITY_AGREEMENT_REQUIRED "Security Agreement Required" Current RFC 3329 "2.3.1"
        means "The server wants to agree on a security mechanism before anything else."
        then "Take up a mechanism from Security-Server and confirm it in Security-Verify."
        must [
            "Security-Server" "" "RFC 3329 §2.3.1",
            "Proxy-Authenticate" "or whatever else starts the preferred mechanism" "RFC 3329 §2.3.1",
            "Require" "with sec-agree, if the request had that in Supported only" "RFC 3329 §2.3.2",
        ];
    499 CLIENT_ERROR_OTHERS "Client Error - Others" Unregistered "Wireshark";

    500 SERVER_INTERNAL_ERROR "Server Internal Error" Current RFC 3261 "21.5.1"
        aka {
            Standard "RFC 3261 §25.1" ["Internal Server Error"]
            Standard "RFC 3261 §10.3" ["Server Error"]
            Stack "JsSIP" ["JsSIP Internal Error"]
            Stack "drachtio, tests" ["Overlapping Request"]
            Translation "Kamailio, Czech" ["Interni chyba serveru"]
        }
        means "The server met a fault of its own."
        then "Try again after some seconds; unknown 5xx codes count as this one."
        must [
            "Retry-After" "of 0 to 10 seconds at random, if it refuses an overlapping INVITE" "RFC 3261 §14.2",
            "Retry-After" "of 0 to 10 seconds at random, if it refuses an overlapping UPDATE" "RFC 3311 §5.2",
            "Retry-After" "of 0 to 10 seconds at random, if it refuses an UPDATE with an offer while an offer received earlier is unanswered" "RFC 3311 §5.2",
        ]
        may ["Retry-After" "" "RFC 3261 §21.5.1"];
    501 NOT_IMPLEMENTED "Not Implemented" Current RFC 3261 "21.5.2"
        aka {
            Stack "Kamailio, example script" ["method not understood here"]
            Translation "Kamailio, Czech" ["Neni implementovano"]
        }
        means "The server does not have what the request asks for; mostly the method is unknown to it."
        then "Do not use that method with this server.";
    502 BAD_GATEWAY "Bad Gateway" Current RFC 3261 "21.5.3"
        aka { Translation "Kamailio, Czech" ["Chybna brana", "Spatna brana"] }
        means "The server passed the request on and got an answer it cannot use."
        then "Try another route, or later.";
    503 SERVICE_UNAVAILABLE "Service Unavailable" Current RFC 3261 "21.5.4"
        aka { Translation "Kamailio, Czech" ["Sluzba neni dostupna"] }
        means "The server has too much to do or is being serviced."
        then "Try the next element, with Retry-After or without (RFC 3263 §4.3). Until the time in Retry-After, send this server no other request either."
        may ["Retry-After" "except in a refusal by overload control (RFC 7339 §5.10.2)" "RFC 3261 §21.5.4"];
    504 SERVER_TIME_OUT "Server Time-out" Current RFC 3261 "21.5.5"
        aka {
            Standard "RFC 3398 §7.2.4.1" ["Gateway timeout"]
            OlderRfc "RFC 2543 §7.5.5" ["Gateway Time-out"]
            Stack "drachtio" ["Server Timeout"]
            Translation "Kamailio, Czech" ["Casovy limit serveru vyprsel"]
        }
        means "The server waited in vain for another server that it needs."
        then "Try again later.";
    505 VERSION_NOT_SUPPORTED "Version Not Supported" Current RFC 3261 "21.5.6"
        aka {
            Standard "RFC 3261 §25.1" ["SIP Version not supported"]
            Translation "Kamailio, Czech" ["Nepodporovana verze protokolu"]
        }
        means "The server does not speak the version of SIP in the request."
        then "Use a version that the server speaks.";
    510 ADMINISTRATIVELY_PROHIBITED Unregistered "Kamailio";
    513 MESSAGE_TOO_LARGE "Message Too Large" Current RFC 3261 "21.5.7"
        aka {
            Stack "Kamailio and OpenSIPS, example scripts" ["Message too big"]
            Translation "Kamailio, Czech" ["Zprava je prilis dlouha"]
        }
        means "The message is longer than the server takes."
        then "Shorten the message.";
    514 RESPONSE_CANNOT_BE_SENT_SAFELY "Response Cannot Be Sent Safely" Unregistered "Yate";
    515 RESPONSE_REQUIRES_CONGESTION_MANAGEMENT "Response requires congestion management" Unregistered "Yate";
    516 PROXYING_WOULD_FRAGMENT "Proxying of request would induce fragmentation" Unregistered "Yate";
    520 BLOCKLISTED_DESTINATION Unregistered "Kamailio";
    555 PUSH_NOTIFICATION_SERVICE_NOT_SUPPORTED "Push Notification Service Not Supported" Current RFC 8599 "8.1"
        means "A REGISTER names a push service that no proxy on its way supports."
        then "Register with another push service or without.";
    580 PRECONDITION_FAILURE "Precondition Failure" Current RFC 3312 "8"
        aka { Standard "RFC 3312 §8" ["Precondition-Failure"] }
        means "A precondition of the session is not met; an SDP body should show which."
        then "Offer again with other preconditions.";
    599 SERVER_ERROR_OTHERS "Server Error - Others" Unregistered "Wireshark; PJSIP, for errors without a code";

    600 BUSY_EVERYWHERE "Busy Everywhere" Current RFC 3261 "21.6.1"
        aka {
            Standard "RFC 3261 §20.33" ["Busy"]
            Translation "Kamailio, Czech" ["Uzivatel je zaneprazdnen"]
        }
        means "The called party is busy on every device."
        then "Call again when the user likes or Retry-After says; unknown 6xx codes count as this one."
        may ["Retry-After" "" "RFC 3261 §21.6.1"];
    603 DECLINE "Decline" Current RFC 3261 "21.6.2"
        aka {
            Standard "RFC 3515 §2.4.5" ["Declined"]
            Standard "ATIS-1000099" ["Network Blocked"]
            Translation "Kamailio, Czech" ["Odmitnuto"]
        }
        means "The called party refuses; with the phrase Network Blocked (ATIS-1000099) the network does, and a Reason field must say why and where."
        then "Leave it at that, unless Retry-After names a better time."
        may ["Retry-After" "" "RFC 3261 §21.6.2"];
    604 DOES_NOT_EXIST_ANYWHERE "Does Not Exist Anywhere" Current RFC 3261 "21.6.3"
        aka { Translation "Kamailio, Czech" ["Neexistujici uzivatel nebo sluzba"] }
        means "There is no such user anywhere."
        then "Give up.";
    606 NOT_ACCEPTABLE_ANYWHERE "Not Acceptable" Current RFC 3261 "21.6.4"
        aka {
            Stack "JAIN SIP" ["Session Not acceptable"]
            Translation "Kamailio, Czech" ["Nelze akceptovat"]
        }
        means "The called party would talk, but none of the devices can take part in the session as described."
        then "Describe the session in another way."
        may ["Warning" "" "RFC 3261 §21.6.4"];
    607 UNWANTED "Unwanted" Current RFC 8197 "4"
        means "The called party does not care to hear from this caller, today or ever."
        then "Stop calling.";
    608 REJECTED "Rejected" Current RFC 8688 "3.1"
        means "A machine in the network took the call for unwanted; the called party has not seen it."
        then "Turn to the contact in Call-Info if that was wrong."
        must ["Call-Info" "with purpose=jwscard, unless the sender expects it to be abused" "RFC 8688 §3.1"];
    687 DIALOG_TERMINATED "Dialog Terminated" Unregistered "Sofia-SIP";
    699 GLOBAL_FAILURE_OTHERS "Global Failure - Others" Unregistered "Wireshark";
}
