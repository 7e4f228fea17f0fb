/*
 * page.h - the page of exercise 11 as C sees it: make turns page.html, which
 * stands beside this file, into these bytes, and puts them into the program.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stddef.h>

/* The page, HTML in UTF-8: page_length bytes, with no NUL behind them. */
extern const char page[];
extern const size_t page_length;

#endif
