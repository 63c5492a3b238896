#include "CMemory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

void cm_return_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
  // Also holds the size from which memory is mapped, and so unmapped when freed, at its first value.
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}
