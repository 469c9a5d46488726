// Says what a library of npm makes of the response on standard input: `node stack.mjs NAME`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// From the node_modules of the directory it is run in.
const require = createRequire(join(process.cwd(), "any.js"));
const octets = readFileSync(0);
// What is no UTF-8 comes in a binary frame, of which each octet becomes a character.
const isText = Buffer.from(octets.toString("utf8")).equals(octets);
const encoding = isText ? "utf8" : "latin1";
const text = octets.toString(encoding);

/** Reads a message: undefined or an exception if it is refused, else its code and phrase; no code for a request. */
const readers = {
  jssip() {
    const message = require("jssip/lib/Parser").parseMessage(text, {});
    return message && { code: message.status_code, phrase: message.reason_phrase };
  },
  "sip.js"() {
    const core = require("sip.js").Core ?? require("sip.js/lib/core");
    const logger = { log() {}, warn() {}, error() {}, debug() {} };
    const message = core.Parser.parseMessage(text, logger);
    return message && { code: message.statusCode, phrase: message.reasonPhrase };
  },
  sip() {
    const message = require("sip").parse(text);
    return message && { code: message.status, phrase: message.reason };
  },
  "drachtio-sip"() {
    const message = require("drachtio-sip").parser.parseSipMessage(text, true);
    return message && { code: message.status, phrase: message.reason };
  },
  parsip() {
    const message = require("parsip").getSIP(text);
    return message && { code: message.status_code, phrase: message.reason_phrase };
  },
};

console.log = console.warn = console.error = () => {};
let verdict = "reject";
try {
  const response = readers[process.argv[2]]();
  if (response) {
    const phrase = Buffer.from(response.phrase ?? "", encoding).toString("hex");
    verdict = response.code === undefined ? "request" : `accept:${response.code}:${phrase}`;
  }
} catch (error) {
  if (error.code === "MODULE_NOT_FOUND" || !(process.argv[2] in readers)) throw error;
}
process.stdout.write(`${verdict}\n`);
