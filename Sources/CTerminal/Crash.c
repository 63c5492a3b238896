#define _GNU_SOURCE
#include "Session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int fatal[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
enum { fatal_count = sizeof fatal / sizeof *fatal, stack_size = 64 * 1024 };

static struct sigaction before[fatal_count];
static char stack[stack_size];
static atomic_flag crashing = ATOMIC_FLAG_INIT;
static int installed;

static void crash(int number) {
  // Another thread that crashes meanwhile waits for the end of the process.
  while (atomic_flag_test_and_set(&crashing)) pause();
  // What other threads still draw must not follow the restoring bytes; what is being written is waited for.
  dup2(session.null, session.tty);
  leave_without_waiting();
  show_captured(session.saved_error);
  sigaction(number, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  // Blocked until this handler returns, then it ends the process.
  raise(number);
}

void catch_crashes(void) {
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
  sigfillset(&action.sa_mask);
  for (int index = 0; index < fatal_count; index++) sigaction(fatal[index], &action, &before[index]);
  installed = 1;
}

void release_crashes(void) {
  if (!installed) return;
  installed = 0;
  for (int index = 0; index < fatal_count; index++) sigaction(fatal[index], &before[index], NULL);
}

static void end_plainly(int number) {
  signal(number, SIG_DFL);
  raise(number);
}

// What the parent has chosen to ignore stays ignored.
static void take_from_the_runtime(int number) {
  struct sigaction now;
  if (sigaction(number, NULL, &now) == 0 && now.sa_handler != SIG_IGN) signal(number, end_plainly);
}

// The runtime's backtracer asks a question on the terminal and waits for the answer, also after a SIGQUIT. Unless
// somebody asked for it, every end is the system's own. The runtime leaves alone what has a handler, so this comes
// before the shared one starts, where the system allows it, and else takes its handlers out afterwards; the handlers
// above stand while the screen is up. The environment stays as it is: the runtime finds the arguments of the process
// beside it.
static void take_all_from_the_runtime(void) {
  for (int index = 0; index < fatal_count; index++) take_from_the_runtime(fatal[index]);
  take_from_the_runtime(SIGQUIT);
}

__attribute__((constructor)) static void without_backtracer(void) {
  if (!getenv("SWIFT_BACKTRACE")) take_all_from_the_runtime();
}

#ifdef __linux__
// The C library does not know the environment yet.
static void before_any_library(int count, char **arguments, char **environment) {
  (void)count, (void)arguments;
  for (char **each = environment; each && *each; each++)
    if (!strncmp(*each, "SWIFT_BACKTRACE=", 16)) return;
  take_all_from_the_runtime();
}

__attribute__((section(".preinit_array"), used)) static void (*const first)(int, char **, char **) = before_any_library;
#endif
