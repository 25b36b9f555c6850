#pragma once

namespace nero_bench {

// Makes SIGINT, SIGTERM, SIGHUP and SIGUSR1 ask for an orderly stop; a second one ends the process at once.
void install_stop_signals();

// The signal that asked for a stop, 0 if none has.
int stop_signal();

// A descriptor that becomes readable when a stop is asked for, so that poll() wakes up.
int stop_descriptor();

// 130 for SIGINT, 143 for SIGTERM, … (128 + number).
int stop_exit_status();

}  // namespace nero_bench
