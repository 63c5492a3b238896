#define _GNU_SOURCE
#include "Session.h"

#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

struct session session = {
    .tty = -1, .spare = -1, .null = -1, .drawing = -1, .wake = -1, .log = -1, .saved_output = -1, .saved_error = -1};

static int duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

static void discard_descriptor(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

int ct_open(void) {
  // Never closed: a waker may outlive the terminal.
  if (session.wake < 0) session.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  session.tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (session.wake < 0 || session.tty < 0 || tcgetattr(session.tty, &session.shell) != 0) {
    int reason = errno;
    discard_descriptor(&session.tty);
    return reason;
  }
  session.spare = duplicate(session.tty);
  session.null = open("/dev/null", O_RDWR | O_CLOEXEC);
  session.program = session.shell;
  session.program.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
  session.program.c_lflag |= ISIG;
  session.program.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR | ISTRIP);
  session.program.c_oflag &= ~(tcflag_t)OPOST;
  session.program.c_cc[VMIN] = 1;
  session.program.c_cc[VTIME] = 0;
  return 0;
}

int ct_input_descriptor(void) { return duplicate(session.tty); }

int ct_output_descriptor(void) {
  session.drawing = memfd_create("slotwatch-frame", MFD_CLOEXEC);
  return session.drawing < 0 ? -1 : duplicate(session.drawing);
}

int ct_size(int *rows, int *columns) {
  struct winsize size;
  if (ioctl(session.tty, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return 0;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return 1;
}

void ct_capture_output(const char *path) {
  if (path) session.log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (session.log < 0) session.log = memfd_create("slotwatch-log", MFD_CLOEXEC);
  if (session.log < 0) return;
  session.log_start = lseek(session.log, 0, SEEK_END);
  fflush(stdout);
  session.saved_error = duplicate(STDERR_FILENO);
  if (isatty(STDOUT_FILENO)) session.saved_output = duplicate(STDOUT_FILENO);
  if (session.saved_error >= 0) dup2(session.log, STDERR_FILENO);
  if (session.saved_output >= 0) dup2(session.log, STDOUT_FILENO);
}

void release_output(void) {
  if (session.saved_output >= 0) dup2(session.saved_output, STDOUT_FILENO);
  if (session.saved_error >= 0) dup2(session.saved_error, STDERR_FILENO);
}

void show_captured(int descriptor) {
  char bytes[4096];
  ssize_t count;
  off_t place = session.log_start;
  if (session.log < 0 || descriptor < 0) return;
  while ((count = pread(session.log, bytes, sizeof bytes, place)) > 0) {
    write_all(descriptor, bytes, (size_t)count);
    place += count;
  }
}

int ct_set_sequences(const char *enter, size_t enter_length, const char *leave, size_t leave_length) {
  if (enter_length > sequence_limit || leave_length > sequence_limit) return 0;
  memcpy(session.enter, enter, enter_length);
  session.enter_length = enter_length;
  memcpy(session.leave, leave, leave_length);
  session.leave_length = leave_length;
  return 1;
}

void write_all(int descriptor, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(descriptor, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN && poll(&(struct pollfd){.fd = descriptor, .events = POLLOUT}, 1, 500) > 0) continue;
    if (count <= 0) return;  // hung up, or the terminal takes nothing: no more can be done
    bytes += count;
    length -= (size_t)count;
  }
}

void ct_enter(void) {
  atomic_store(&session.stage, stage_modes);
  tcsetattr(session.tty, TCSANOW, &session.program);
}

void ct_discard(void) { lseek(session.drawing, 0, SEEK_SET); }

// What was drawn since the last frame, in memory of its own; NULL if there is none.
static char *take_drawing(size_t *length) {
  off_t drawn = lseek(session.drawing, 0, SEEK_CUR);
  *length = 0;
  char *drawing = drawn > 0 ? malloc((size_t)drawn) : NULL;
  ssize_t count = drawing ? pread(session.drawing, drawing, (size_t)drawn, 0) : 0;
  if (count > 0) *length = (size_t)count;
  ct_discard();
  return drawing;
}

void ct_flush(const char *before, size_t before_length, const char *after, size_t after_length) {
  size_t drawn;
  char *drawing = take_drawing(&drawn);
  int isFirst = atomic_load(&session.stage) == stage_modes;
  if (drawn > 0 || isFirst) {
    size_t entering = isFirst ? session.enter_length : 0;
    size_t plain = ct_filter_output(NULL, drawing, drawn);
    size_t length = entering + before_length + plain + after_length;
    char *frame = malloc(length);
    if (frame) {
      memcpy(frame, session.enter, entering);
      memcpy(frame + entering, before, before_length);
      ct_filter_output(frame + entering + before_length, drawing, drawn);
      memcpy(frame + entering + before_length + plain, after, after_length);
      if (isFirst) atomic_store(&session.stage, stage_screen);
      write_all(session.tty, frame, length);
      free(frame);
    }
  }
  free(drawing);
}

void leave_without_waiting(void) {
  fcntl(session.spare, F_SETFL, O_RDWR | O_NONBLOCK);
  leave_screen();
}

void leave_screen(void) {
  int saved = errno;
  int stage = atomic_exchange(&session.stage, stage_shell);
  if (stage == stage_screen) write_all(session.spare, session.leave, session.leave_length);
  if (stage != stage_shell) {
    // Now, not after draining: a terminal that takes no output must not hold the process.
    tcsetattr(session.spare, TCSANOW, &session.shell);
  }
  errno = saved;
}

int ct_has_input(void) {
  struct pollfd terminal = {.fd = session.tty, .events = POLLIN};
  int count = 0;
  if (poll(&terminal, 1, 0) <= 0) return 0;
  if (terminal.revents & (POLLHUP | POLLERR | POLLNVAL)) return -1;
  return ioctl(session.tty, FIONREAD, &count) == 0 && count > 0 ? 1 : -1;
}

long ct_read(unsigned char *bytes, size_t size) {
  int has = ct_has_input();
  if (has <= 0) return has;
  ssize_t count = read(session.tty, bytes, size);
  if (count > 0) return (long)count;
  return count < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}

void ct_send(const char *bytes, size_t length) { write_all(session.tty, bytes, length); }

unsigned ct_wait(int milliseconds) {
  struct pollfd sources[] = {{.fd = session.tty, .events = POLLIN}, {.fd = session.wake, .events = POLLIN}};
  unsigned events = 0;
  if (poll(sources, 2, atomic_load(&session.pending) ? 0 : milliseconds) > 0) {
    if (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) events |= ct_hung_up;
    if (sources[0].revents & POLLIN) events |= ct_input;
    if (sources[1].revents & POLLIN) {
      eventfd_t count;
      eventfd_read(session.wake, &count);
    }
  }
  return events | atomic_exchange(&session.pending, 0);
}

void ct_wake(void) {
  // One write for any number of wakes that have not been seen yet.
  if (atomic_fetch_or(&session.pending, ct_woken) & ct_woken) return;
  int saved = errno;
  eventfd_write(session.wake, 1);
  errno = saved;
}

void ct_restore(void) {
  if (session.tty < 0) return;
  // A process in the background may put modes back, but would be stopped for it.
  void (*old)(int) = signal(SIGTTOU, SIG_IGN);
  if (atomic_load(&session.stage) != stage_shell) tcflush(session.spare, TCIFLUSH);
  leave_screen();
  fflush(stdout);
  release_output();
  show_captured(session.saved_error >= 0 ? STDERR_FILENO : -1);
  release_crashes();
  release_signals();
  if (old != SIG_ERR) signal(SIGTTOU, old);
  discard_descriptor(&session.saved_error);
  discard_descriptor(&session.saved_output);
  discard_descriptor(&session.log);
  discard_descriptor(&session.drawing);
  discard_descriptor(&session.spare);
  discard_descriptor(&session.null);
  discard_descriptor(&session.tty);
}
