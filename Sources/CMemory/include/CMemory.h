#pragma once

/// Makes the allocator give freed memory back to the system instead of keeping it for later.
///
/// A dashboard replaces a large fleet with every reading and stays open for weeks: without this, what readings on
/// different threads have freed adds up to several times what is in use. Call it before there is a second thread.
void cm_return_freed_memory(void);

/// Unmaps the pages of code and constants that are mapped now; what is still needed comes back from the system's cache.
///
/// Starting needs several times the code that a dashboard needs afterwards for weeks. Call it once after starting.
void cm_forget_start(void);

/// Makes the process leave no core behind, and lets nobody but root look into it: call it once a secret is held.
///
/// Returns 0, or the number of the error.
int cm_hide_memory(void);
