// Package schedule answers when a job is due: cron expressions in a time zone
// ([Parse], [Cron.Next]), and what becomes of a tick that is due. It is pure:
// values and functions, no clock, no I/O beyond reading the time zone database.
//
// # The dialect
//
// Five fields, separated by spaces or tabs, at most 100 characters:
//
//	minute        0-59
//	hour          0-23
//	day-of-month  1-31, L (the last day), nW (the weekday nearest to day n, in the same month)
//	month         1-12 or JAN-DEC
//	day-of-week   0-7 or SUN-SAT (0 and 7 are Sunday), nL (the last such day), n#k (the k-th such day, k 1-5)
//
// A field is * or a list of items separated by commas; an item is a value a, a
// range a-b, or one of these with a step: */n, a-b/n, and a/n, which runs from a
// to the end of the field. Names and the letters L and W may be in either case.
// @hourly, @daily, @weekly, @monthly and @yearly stand for the usual five fields.
//
// When day-of-month and day-of-week both restrict the day, a day matches when
// either does, unless one of the two fields begins with *, as in */2: then both
// must match. That is the rule of Vixie cron.
//
// [Parse] refuses what is more likely a mistake than a wish: a step larger than
// its range, a range that runs backwards, * beside other items, a seconds or a
// year field, a TZ= prefix, leading or trailing blanks, and every expression
// that can never fire, such as "0 0 30 2 *".
//
// # Time zones
//
// Where a zone's clock is moved, the rule is again Vixie cron's, and it depends
// on what the expression asks for:
//
//   - An interval expression, whose minute or hour field begins with *, follows
//     the wall clock. It fires at every instant whose local time matches: in both
//     passes of a repeated hour, and not at all in a skipped one.
//   - A fixed-time expression fires once for each matching local time of a day.
//     A repeated time counts at its first pass only. A time that was skipped
//     fires at the first instant after the gap; several in one gap are one fire.
//     [Cron.Shifted] tells such a fire from the others.
//
// A gap of 24 hours or more is a date that did not exist, such as 30 December
// 2011 in Apia: nothing of it fires.
//
// Zones are read with [time.LoadLocation]. A program that may run where no time
// zone database is installed should import time/tzdata; this package does not,
// since that adds some 450 KB to every program. A zone is read once in a process
// and kept, so a database that is updated takes effect when the program restarts.
//
// # What becomes of a tick
//
// [Plan] decides about ticks that have fallen due, and [Settle] and [Resume] about
// those before a schedule changes and during a pause. A cursor says up to where
// ticks are settled. A plan moves it, and covers every tick that it moves past
// with one [Decision]; committed together with the cursor, guarded by the cursor's
// old value, each tick has exactly one fate, whoever plans and however often.
//
// # Range
//
// Fires lie in the years 1 to 9999, counted in UTC: what RFC 3339 can write down.
package schedule
