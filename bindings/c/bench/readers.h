/* The readers that bench.c measures and that are in files of their own, because the headers of their libraries cannot be
   included together. */
#include <stddef.h>

/* What an answer adds to the sum; 0 if the reader refuses. */
typedef size_t reader(const char *octets, size_t len);

reader osip, sofia, libre;

/* Whether a library is set up; to be asked first. */
int osip_is_ready(void);
int libre_is_ready(void);
