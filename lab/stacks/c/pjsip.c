/* PJSIP: pjsip_parse_msg, on octets that a NUL follows, as its transports give it. */
#include "reading.h"

#include <pjlib-util.h>
#include <pjlib.h>
#include <pjsip.h>

void read_response(const char *octets, size_t len, struct reading *out)
{
    static pj_caching_pool pools;
    static pjsip_endpoint *endpoint;
    pj_pool_t *pool;
    pjsip_parser_err_report errors;
    pjsip_msg *message;
    char *copy;

    out->verdict = REFUSED;
    if (!endpoint) {
        pj_log_set_level(0);
        if (pj_init() || pjlib_util_init()) return;
        pj_caching_pool_init(&pools, &pj_pool_factory_default_policy, 0);
        if (pjsip_endpt_create(&pools.factory, "stack", &endpoint)) return;
    }
    pool = pj_pool_create(&pools.factory, "message", 4096, 4096, NULL);
    copy = pj_pool_alloc(pool, len + 1);
    memcpy(copy, octets, len);
    copy[len] = '\0';
    pj_list_init(&errors);
    message = pjsip_parse_msg(pool, copy, len, &errors);
    if (message && message->type == PJSIP_REQUEST_MSG)
        out->verdict = REQUEST;
    else if (message)
        accept_response(out, message->line.status.code, message->line.status.reason.ptr, message->line.status.reason.slen);
    pj_pool_release(pool);
}
