#include "Session.h"

#include <string.h>

// What ncurses sends, in fewer and simpler bytes. It chooses the first character set with every change of attributes,
// though no other is ever drawn with, and takes a colour back just before it takes everything back. And it scrolls by
// several rows at once, and where characters are single bytes repeats one by a count, which not every emulator that
// calls itself an xterm can do: row by row and character by character all can.

static size_t emit(char *to, size_t at, const char *bytes, size_t length) {
  if (to) memcpy(to + at, bytes, length);
  return at + length;
}

static int starts(const char *bytes, size_t length, const char *with) {
  size_t count = strlen(with);
  return length >= count && memcmp(bytes, with, count) == 0;
}

// The length of what can be left out here, 0 if nothing can.
static size_t superfluous(const char *bytes, size_t length) {
  if (starts(bytes, length, "\033(B")) return 3;
  if (!starts(bytes, length, "\033[39m")) return 0;
  size_t next = starts(bytes + 5, length - 5, "\033(B") ? 8 : 5;
  int resets = starts(bytes + next, length - next, "\033[m") || starts(bytes + next, length - next, "\033[0");
  return resets ? 5 : 0;
}

// The length of a scroll by some rows at once, or of a repetition of the character before, and how many; 0 if there is
// none here. For a scroll the cursor stands at the region's edge.
static size_t repetition(const char *bytes, size_t length, int *times, char *what) {
  if (!starts(bytes, length, "\033[")) return 0;
  size_t at = 2;
  for (*times = 0; at < length && at < 6 && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
    *times = *times * 10 + (bytes[at] - '0');
  }
  if (at == 2 || at >= length || (bytes[at] != 'S' && bytes[at] != 'T' && bytes[at] != 'b')) return 0;
  *what = bytes[at];
  return at + 1;
}

size_t ct_filter_output(char *to, const char *from, size_t length) {
  size_t at = 0;
  for (size_t index = 0; index < length;) {
    const char *rest = from + index;
    size_t left = length - index, count = 1;
    int times;
    char what;
    if (*rest != '\033') {
      const char *escape = memchr(rest, '\033', left);
      count = escape ? (size_t)(escape - rest) : left;
      at = emit(to, at, rest, count);
    } else if ((count = superfluous(rest, left))) {
      // Nothing stands for it.
    } else if ((count = repetition(rest, left, &times, &what))) {
      while (times-- > 0) {
        if (what == 'b') at = index > 0 ? emit(to, at, rest - 1, 1) : at;
        else at = what == 'S' ? emit(to, at, "\n", 1) : emit(to, at, "\033M", 2);
      }
    } else {
      at = emit(to, at, rest, count = 1);
    }
    index += count;
  }
  return at;
}
