// The terminal below ncurses: modes, signals, waiting, and the way back from any end of the process.
//
// One terminal for a process, since signals and the controlling terminal are the process's own. All functions but
// ct_wake belong to the main thread.
#pragma once

#include <stddef.h>

/// What ct_wait reports, one bit each.
enum ct_event {
  ct_input = 1,
  ct_woken = 2,
  ct_resized = 4,
  ct_suspend_asked = 8,
  ct_continued = 16,
  ct_hung_up = 32,
  ct_terminate = 64,
  ct_interrupt = 128,
  ct_quit = 256,
  ct_hangup_signal = 512,
};

/// Opens the controlling terminal and keeps its modes. 0, or the errno of what failed.
int ct_open(void);

/// A new descriptor of the terminal for ncurses, which reads nothing from it, or -1.
int ct_input_descriptor(void);

/// A new descriptor for drawing into; ct_flush sends on what was drawn. -1 with errno if there is none.
int ct_output_descriptor(void);

/// The terminal's size; 1 if it is known.
int ct_size(int *rows, int *columns);

/// Catches every signal that ends, stops or resizes. From here on the terminal is restored whatever happens.
void ct_catch_signals(void);

/// Sends standard error, and standard output if it is a terminal, to the end of the file at `path`, or to memory where
/// `path` is NULL or cannot be written.
void ct_capture_output(const char *path);

/// What brings the terminal into and out of full-screen drawing; each at most 500 bytes, longer ones are refused with 0.
int ct_set_sequences(const char *enter, size_t enter_length, const char *leave, size_t leave_length);

/// Switches line editing and echo off; keys that send signals stay.
void ct_enter(void);

/// Forgets what was drawn but not yet flushed.
void ct_discard(void);

/// Writes what ncurses drew to `to` in fewer and simpler bytes, or only counts them where that is NULL; their number.
size_t ct_filter_output(char *to, const char *from, size_t length);

/// Sends what was drawn in one piece, between `before` and `after`, and enters the full screen first where need be.
void ct_flush(const char *before, size_t before_length, const char *after, size_t after_length);

/// Waits until something happens, at most `milliseconds` (below 0: without limit); a set of ct_event.
unsigned ct_wait(int milliseconds);

/// Whether there are keys to read: 1 yes, 0 no, -1 the terminal has gone.
int ct_has_input(void);

/// Reads what has arrived into `bytes`, at most `size`, without waiting; how many, 0 for none, -1 where the terminal has
/// gone.
long ct_read(unsigned char *bytes, size_t size);

/// Sends `bytes` to the terminal at once.
void ct_send(const char *bytes, size_t length);

/// Makes ct_wait return; from any thread, also from a signal handler, also after ct_restore.
void ct_wake(void);

/// Restores the terminal, stops the process as SIGTSTP does, and takes the terminal again once continued.
void ct_suspend(void);

/// Takes the terminal again after something else had stopped the process.
void ct_reenter(void);

/// Puts back modes, screen, signals and output, and shows what was captured. Does nothing the second time.
void ct_restore(void);
