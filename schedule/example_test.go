package schedule_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/schedule"
)

func ExampleParse() {
	c, err := schedule.Parse("0 9 * * MON-FRI", "Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Describe())
	fmt.Println(c.Next(time.Date(2026, 10, 23, 12, 0, 0, 0, time.UTC)))
	// Output:
	// at 09:00 on Monday to Friday, Europe/Berlin
	// 2026-10-26 09:00:00 +0100 CET
}

func ExampleParse_refused() {
	_, err := schedule.Parse("0 0 30 2 *", "")
	fmt.Println(err)

	var refused *schedule.ParseError
	_, err = schedule.Parse("0 2 * * *", "Local")
	if errors.As(err, &refused) {
		fmt.Printf("%s: %s\n", refused.Field, refused.Reason)
	}
	// Output:
	// cron "0 0 30 2 *": day-of-month: never fires: no month that it names has such a day
	// time zone: Local is refused: it means another zone on each machine
}

// On 8 March 2026 the clocks of New York went from 02:00 to 03:00, so that half
// past two did not exist. On 1 November 01:00 to 02:00 came twice.
func ExampleCron_Shifted() {
	c, _ := schedule.Parse("30 2 * * *", "America/New_York")
	from := time.Date(2026, 3, 7, 0, 0, 0, 0, c.Location())
	for _, at := range c.Between(from, from.AddDate(0, 0, 3), 10) {
		fmt.Println(at, c.Shifted(at))
	}
	// Output:
	// 2026-03-07 02:30:00 -0500 EST false
	// 2026-03-08 03:00:00 -0400 EDT true
	// 2026-03-09 02:30:00 -0400 EDT false
}

// A scheduler that last looked at ten o'clock and looks again at a quarter past
// eleven finds the fires that fell due in between.
func ExampleCron_Between() {
	c, _ := schedule.Parse("*/30 * * * *", "UTC")
	cursor := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	for _, at := range c.Between(cursor, cursor.Add(75*time.Minute), 100) {
		fmt.Println(at.Format("15:04"))
	}
	// Output:
	// 10:30
	// 11:00
}

func ExampleCron_Describe() {
	for _, expr := range []string{"*/15 9-17 * * MON-FRI", "0 6 L * *", "30 4 * * SUN#1", "@hourly"} {
		c, err := schedule.Parse(expr, "Europe/Berlin")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Describe())
	}
	// Output:
	// every 15 minutes from 09:00 to 17:45 on Monday to Friday, Europe/Berlin
	// at 06:00 on the last day of the month, Europe/Berlin
	// at 04:30 on the first Sunday of the month, Europe/Berlin
	// every hour, Europe/Berlin
}

// The evening of the last day of each month, in the zone of those who wait for the
// report.
func ExampleCron_Next() {
	c, _ := schedule.Parse("0 18 L * *", "America/New_York")
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 3 {
		at = c.Next(at)
		fmt.Println(at.Format("Mon 2 Jan 15:04 MST"))
	}
	// Output:
	// Sat 31 Jan 18:00 EST
	// Sat 28 Feb 18:00 EST
	// Tue 31 Mar 18:00 EDT
}

// When was it due last?
func ExampleCron_Prev() {
	c, _ := schedule.Parse("0 2 * * *", "Europe/Berlin")
	fmt.Println(c.Prev(time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)))
	// Output: 2026-03-30 02:00:00 +0200 CEST
}

// The concurrency policy decides about a tick that meets a run which still goes on.
func ExampleConcurrencyPolicy_Admit() {
	for _, policy := range []schedule.ConcurrencyPolicy{schedule.ConcurrencySkip, schedule.ConcurrencyAllow, schedule.ConcurrencyReplace} {
		verdict, reason := policy.Admit(1, 2) // one run counts, two may
		fmt.Printf("%s: %s %q\n", policy, verdict, reason)
	}
	// Output:
	// skip: skipped "overlap"
	// allow: fired ""
	// replace: fired "replace"
}
