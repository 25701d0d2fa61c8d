// Package schedule says when a job is due ([Parse], [Cron.Next]), and what
// happens to a tick that is due ([Plan]). It has only values and functions: no
// clock, and no I/O except for reading the time zone database.
//
// # The dialect
//
// An expression has five fields, separated by spaces or tabs, and at most 100
// characters:
//
//	minute        0-59
//	hour          0-23
//	day-of-month  1-31, L (the last day), nW (the weekday nearest to day n, in the same month)
//	month         1-12 or JAN-DEC
//	day-of-week   0-7 or SUN-SAT (0 and 7 are Sunday), nL (the last such day), n#k (the k-th such day, k 1-5)
//
// A field is * or a list of items separated by commas. An item is a value a, a
// range a-b, or one of these with a step: */n, a-b/n, or a/n, which runs from a
// to the end of the field. Names and the letters L and W may be in upper or
// lower case. @hourly, @daily, @weekly, @monthly and @yearly stand for the
// usual five fields.
//
// If day-of-month or day-of-week begins with *, which includes */2, a day must
// match both fields. If neither begins with *, it is enough to match one of them.
// This is the rule of Vixie cron.
//
// [Parse] refuses what is probably a mistake: a step larger than its range, a
// range that runs backwards, * beside other items, a field for seconds or
// years, a TZ= prefix, blanks at the beginning or end, and every expression
// that can never fire, such as "0 0 30 2 *".
//
// # Time zones
//
// When a zone's clock is moved forward, some wall-clock times do not exist:
// this is a gap. When it is moved back, some exist twice. The rule for both is
// Vixie cron's, and depends on the expression:
//
//   - An interval expression, whose minute or hour field begins with *, follows
//     the wall clock. It fires at every instant whose local time matches: twice
//     for a time that exists twice, and not for a time in a gap.
//   - A fixed-time expression fires once for each matching local time of a day.
//     Of a time that exists twice, the first counts. A time in a gap fires at
//     the first instant after the gap; several such times in one gap make one
//     fire. [Cron.Shifted] reports such a fire.
//
// A gap of 24 hours or more is a date that did not exist, such as 30 December
// 2011 in Apia. Nothing fires for its times.
//
// Zones are read with [time.LoadLocation]. A program that may run where no time
// zone database is installed should import time/tzdata. This package does not
// import it, since that adds about 450 KB to every program. A process reads
// each zone once, so an updated database takes effect when the program
// restarts.
//
// # The fate of ticks
//
// The cursor of a job is the time up to which its ticks are settled. [Plan]
// decides about the ticks that are due after the cursor. [Settle] does so
// before the schedule changes, and [Resume] at the end of a pause. Each returns
// the new cursor, and [Decision] rows that cover every tick between the old
// cursor and the new one exactly once. The caller commits the rows together
// with the cursor, and requires that the stored cursor is still the old one.
// Then each tick has exactly one fate, however many processes plan, and however
// often.
//
// # Range
//
// Fires lie in the years 1 to 9999, counted in UTC. RFC 3339 can write no
// others.
package schedule
