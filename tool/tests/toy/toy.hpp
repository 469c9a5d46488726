// A toy in C++: a parser of SIP status-lines with a planted bug, for fuzzers to find. Never use it otherwise.
#pragma once

#include <stdexcept>
#include <string_view>

namespace toy {

struct line {
    int code;
    std::string_view phrase;
};

// There is no status-line.
struct refused : std::runtime_error {
    using runtime_error::runtime_error;
};

// Whether the bug is there.
inline bool planted = true;

// Reads the status-line at the start of a message.
line parse(std::string_view message);

}
