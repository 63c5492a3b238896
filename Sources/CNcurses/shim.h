// The only place where ncurses' C is touched: what Swift cannot import is wrapped here.
#pragma once

#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <ncurses.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <wchar.h>

// term.h defines hundreds of short macros; none of them may reach Swift code by accident.
#undef lines
#undef columns

enum cn_attribute { cn_bold = 1, cn_dim = 2, cn_reverse = 4 };

/// The attributes of ncurses for a set of `cn_attribute`.
static inline attr_t cn_attributes(int set) {
  return (set & cn_bold ? A_BOLD : 0) | (set & cn_dim ? A_DIM : 0) | (set & cn_reverse ? A_REVERSE : 0);
}

/// Takes the character set of the locale `name`, where that exists; 1 if characters are UTF-8 now.
static inline int cn_use_locale_named(const char *name) {
  setlocale(LC_CTYPE, name);
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/// Takes the character set from the environment; 1 if that is UTF-8.
static inline int cn_use_locale(void) { return cn_use_locale_named(""); }

/// A screen that draws to `output` and reads keys from `input`; NULL for an unknown `type`. Neither need be a terminal.
static inline SCREEN *cn_open(const char *type, int output, int input) {
  FILE *out = fdopen(output, "w");
  FILE *in = fdopen(input, "r");
  if (!out || !in) return NULL;
  return newterm(type, out, in);
}

/// Whether the terminal can place its cursor, without which there is no picture.
static inline int cn_can_move(void) { return cursor_address != NULL; }

/// Whether the terminal understands ECMA-48 control sequences.
static inline int cn_is_ecma48(void) { return cursor_address && strncmp(cursor_address, "\033[", 2) == 0; }

/// A string capability by its terminfo name; NULL if there is none.
static inline const char *cn_string(const char *name) {
  const char *value = tigetstr(name);
  return value == (const char *)-1 ? NULL : value;
}

/// The columns ncurses will give the character; -1 where the locale cannot draw it.
static inline int cn_width(wchar_t scalar) { return wcwidth(scalar); }

/// One cell's character; `first` and `second` are combining marks or 0.
static inline void cn_set(cchar_t *cell, wchar_t scalar, wchar_t first, wchar_t second, attr_t attributes, short pair) {
  wchar_t text[4] = {scalar, 0, 0, 0};
  int length = 1;
  if (first && wcwidth(first) == 0) text[length++] = first;
  if (second && wcwidth(second) == 0) text[length] = second;
  setcchar(cell, text, attributes, pair, NULL);
}

/// Puts `count` characters into the row from its first column.
static inline void cn_put(WINDOW *window, int row, const cchar_t *cells, int count) {
  mvwadd_wchnstr(window, row, 0, cells, count);
}

/// The colours of the terminal; 0 for none. Prepares pairs with the terminal's own foreground and background.
static inline int cn_start_colours(void) {
  if (!has_colors() || start_color() == ERR) return 0;
  return use_default_colors() == ERR ? 0 : COLORS;
}

/// The colour pair of a character.
static inline int cn_pair(chtype character) { return PAIR_NUMBER(character); }

/// Forgets the attributes set last, so that the next drawing sets them anew.
static inline void cn_forget_attributes(void) { vid_attr(A_NORMAL, 0, NULL); }

/// Makes the next update draw everything.
static inline void cn_redraw(void) { clearok(curscr, TRUE); }

/// The whole screen.
static inline WINDOW *cn_screen(void) { return stdscr; }
static inline int cn_rows(void) { return getmaxy(stdscr); }
static inline int cn_columns(void) { return getmaxx(stdscr); }

/// Never holds a frame back for a key that is pressed meanwhile.
static inline void cn_ignore_typeahead(void) { typeahead(-1); }

/// What the byte means in a character set of single bytes; 0 where nothing, or where characters have more.
static inline unsigned cn_scalar(int byte) {
  wint_t scalar = MB_CUR_MAX == 1 ? btowc(byte) : WEOF;
  return scalar == WEOF ? 0 : (unsigned)scalar;
}
