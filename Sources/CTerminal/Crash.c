#define _GNU_SOURCE
#include "Session.h"

#include <stdlib.h>
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

// What the parent has chosen to ignore stays ignored.
static void leave_to_the_system(int number) {
  struct sigaction now;
  if (sigaction(number, NULL, &now) == 0 && now.sa_handler != SIG_IGN) signal(number, SIG_DFL);
}

// The runtime's backtracer asks a question on the terminal and waits for the answer. Unless somebody asked for it, the
// handlers that a shared runtime has installed by now are taken out. A static one that starts later has no backtracer
// beside it, and the handlers above replace its own while the screen is up. The environment stays as it is: the
// runtime finds the arguments of the process beside it.
__attribute__((constructor)) static void without_backtracer(void) {
  if (getenv("SWIFT_BACKTRACE")) return;
  for (int index = 0; index < fatal_count; index++) leave_to_the_system(fatal[index]);
  // To the runtime this is a crash too.
  leave_to_the_system(SIGQUIT);
}
