/* shares.h: what a proof tries, in shares on all cores. */
#ifndef SHARES_H
#define SHARES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Calls work for each share below count, on as many threads as there are
 * cores. Returns the sum of what work returns: how many cases it tried.
 */
uint64_t share_out(unsigned count, uint64_t (*work)(unsigned share));

/*
 * Begins the report of a mismatch: the caller prints it and exits with status
 * 1. Another thread that has one, too, waits here until then.
 */
void begin_report(void);

/* Prints bytes in hexadecimal, each with a blank before it. */
void print_hex(const char *bytes, size_t len);

#endif
