#pragma once
#include <zlib.h>

// A macro that Swift does not see: a decoder of gzip alone.
static inline int slotwatch_inflate_init_gzip(z_stream *stream) {
  return inflateInit2(stream, 16 + MAX_WBITS);
}
