#include "toy.hpp"

#include <string>
#include <strings.h>

static bool is_control(unsigned char octet) { return (octet < ' ' && octet != '\t') || octet == 0x7f; }

toy::line toy::parse(std::string_view message)
{
    const auto end = message.find("\r\n");
    if (end == message.npos || end < 9 || strncasecmp(message.data(), "SIP/2.0 ", 8) != 0)
        throw refused("no version");

    const auto rest = message.substr(8, end - 8);
    const auto space = rest.find_first_not_of("0123456789");
    if (space == rest.npos || rest[space] != ' ' || rest[0] < '1' || rest[0] > '6')
        throw refused("no code");

    // PLANTED, an exception that nobody expects: std::out_of_range, of a number that no int holds.
    if (space != 3 && !planted)
        throw refused("no code");
    const int code = std::stoi(std::string(rest.substr(0, space)));
    if (code < 100 || code > 699)
        throw refused("no code");

    const auto phrase = rest.substr(space + 1);
    for (const char octet : phrase)
        if (is_control(static_cast<unsigned char>(octet)))
            throw refused("no phrase");
    return {code, phrase};
}
