/* Moves the environment before main, as preloaded libraries do that set a variable: the runtime then loses the arguments. */
#include <stdlib.h>

__attribute__((constructor)) static void move(void) { setenv("MOVED_BY_A_PRELOADED_LIBRARY", "1", 1); }
