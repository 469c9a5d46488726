// The toy in C++ for `fuzz/libraries/stack`. TOY_PLANTED=0 takes its bug out.
#include "reading.h"
#include "toy.hpp"

#include <cstdlib>

void read_response(const char *octets, size_t len, struct reading *out)
{
    if (const char *planted = std::getenv("TOY_PLANTED")) toy::planted = std::atoi(planted) != 0;
    out->verdict = REFUSED;
    try {
        const toy::line line = toy::parse({octets, len});
        accept_response(out, line.code, line.phrase.data(), line.phrase.size());
    } catch (const toy::refused &) {
        // Any other exception is a finding.
    }
}
