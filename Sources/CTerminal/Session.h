// What the parts of CTerminal share.
#pragma once

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

enum { sequence_limit = 512 };

// How far the terminal has been taken, so that no more is put back than was changed.
enum stage { stage_shell, stage_modes, stage_screen };

struct session {
  int tty;    // frames and waiting; leads to /dev/null once the process crashes
  int spare;  // the same terminal, for restoring alone
  int null;
  int drawing;
  int wake;
  int log;
  off_t log_start;
  int saved_output;
  int saved_error;
  struct termios shell;
  struct termios program;
  char enter[sequence_limit];
  size_t enter_length;
  char leave[sequence_limit];
  size_t leave_length;
  _Atomic int stage;
  _Atomic unsigned pending;
};

extern struct session session;

// Each of these is safe in a signal handler.
void write_all(int descriptor, const char *bytes, size_t length);
void leave_screen(void);
void leave_without_waiting(void);
void show_captured(int descriptor);
void release_output(void);

void catch_crashes(void);
void release_crashes(void);
void release_signals(void);
