#define _GNU_SOURCE
#include "Session.h"

#include "CTerminal.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

// Seconds after which a process that was told to end, and cannot since its terminal takes no output, ends all the same.
enum { patience = 2 };

static const struct {
  int signal;
  unsigned event;
} caught[] = {
    {SIGTERM, ct_terminate}, {SIGHUP, ct_hangup_signal},   {SIGINT, ct_interrupt},  {SIGQUIT, ct_quit},
    {SIGWINCH, ct_resized},  {SIGTSTP, ct_suspend_asked},  {SIGCONT, ct_continued},
};
enum { caught_count = sizeof caught / sizeof *caught, ending_count = 4 };

static struct sigaction before[caught_count];
static struct sigaction before_alarm;
static volatile sig_atomic_t ending_signal;
static int installed;

static void end_at_once(int signal) {
  (void)signal;
  leave_without_waiting();
  sigaction(ending_signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, ending_signal);
  sigprocmask(SIG_UNBLOCK, &mask, NULL);
  raise(ending_signal);
}

static void note(int signal) {
  int saved = errno;
  for (int index = 0; index < caught_count; index++) {
    if (caught[index].signal != signal) continue;
    atomic_fetch_or(&session.pending, caught[index].event);
    if (index >= ending_count) continue;
    // Who asks twice does not want to wait: the program is held up by something.
    if (ending_signal) end_at_once(signal);
    ending_signal = signal;
    alarm(patience);
  }
  eventfd_write(session.wake, 1);
  errno = saved;
}

static void catch_signal(int index) {
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  sigaction(caught[index].signal, NULL, &before[index]);
  // What the parent chose to ignore (nohup, a background job) stays ignored.
  int ignored = before[index].sa_handler == SIG_IGN && !(before[index].sa_flags & SA_SIGINFO);
  if (!ignored) sigaction(caught[index].signal, &action, NULL);
}

void ct_catch_signals(void) {
  struct sigaction action = {.sa_handler = end_at_once};
  sigfillset(&action.sa_mask);
  sigaction(SIGALRM, &action, &before_alarm);
  for (int index = 0; index < caught_count; index++) catch_signal(index);
  catch_crashes();
  installed = 1;
}

void release_signals(void) {
  if (!installed) return;
  installed = 0;
  alarm(0);
  for (int index = 0; index < caught_count; index++) sigaction(caught[index].signal, &before[index], NULL);
  sigaction(SIGALRM, &before_alarm, NULL);
}

void ct_suspend(void) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  struct sigaction ours;
  leave_screen();
  sigaction(SIGTSTP, &standard, &ours);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &ours, NULL);
  ct_reenter();
}

void ct_reenter(void) {
  // In the background this stops the process until it is brought to the front, as it should.
  ct_enter();
  atomic_fetch_and(&session.pending, ~(unsigned)(ct_continued | ct_suspend_asked));
}
