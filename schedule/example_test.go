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
