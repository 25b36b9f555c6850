#pragma once

namespace nero_bench {

// Within so many seconds, signals are one request: timeout(1) signals its child, and then all of its group.
inline constexpr double kSameRequestSeconds = 0.1;

// Makes SIGINT, SIGTERM, SIGHUP and SIGUSR1 ask for an orderly stop; a second one kills the dependent groups and ends
// the process at once. What comes within `same_request_seconds` of the first belongs to it. So does a second SIGHUP,
// which a closing terminal sends, too. SIGHUP stays ignored where it was, as under nohup.
void install_stop_signals(double same_request_seconds = kSameRequestSeconds);

// The signal that asked for a stop, 0 if none has.
int stop_signal();

// A descriptor that becomes readable when a stop is asked for, so that poll() wakes up.
int stop_descriptor();

// 130 for SIGINT, 143 for SIGTERM, … (128 + number).
int stop_exit_status();

// Thrown where work is left off because a stop was asked for.
struct StopRequested {};

// Throws StopRequested if a stop signal has come: for what takes long before there is anything to save.
void throw_if_stopped();

// Process groups that a second signal kills. Up to 8192 at a time; more are left to their own devices.
void add_dependent_group(int group);
void remove_dependent_group(int group);

}  // namespace nero_bench
