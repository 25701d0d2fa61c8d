package schedule_test

import (
	"fmt"
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// A scheduler was away from half past eight to shortly after noon. Its job
// catches up with one run at a time, as far as three hours back.
func ExamplePlan() {
	c, _ := schedule.Parse("0 * * * *", "UTC")
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	s := schedule.Situation{
		Cron:   c,
		Cursor: day.Add(8 * time.Hour),
		Now:    day.Add(12*time.Hour + 20*time.Second),
		Missed: schedule.MissedAll,
		Bounds: schedule.Bounds{Window: 3 * time.Hour},
	}
	for range 3 {
		plan := schedule.Plan(s)
		for _, d := range plan.Decisions {
			fmt.Printf("%s %s %q\n", d.NominalAt.Format("15:04"), d.Verdict, d.Reason)
		}
		fmt.Println("blocked:", plan.Blocked, "next:", plan.Next.Format("15:04"))
		// The run ends twenty minutes later.
		s.Cursor, s.Now = plan.Cursor, s.Now.Add(20*time.Minute)
	}
	// Output:
	// 09:00 missed "window"
	// 10:00 fired ""
	// blocked: true next: 11:00
	// 11:00 fired ""
	// blocked: true next: 12:00
	// 12:00 fired ""
	// blocked: false next: 13:00
}

func ExampleSettle() {
	c, _ := schedule.Parse("*/15 * * * *", "UTC")
	cursor := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	plan := schedule.Settle(schedule.Situation{Cron: c, Cursor: cursor, Now: cursor.Add(50 * time.Minute)})
	for _, d := range plan.Decisions {
		fmt.Println(d.NominalAt.Format("15:04"), "to", d.Until.Format("15:04"), d.Count, d.Verdict)
	}
	fmt.Println("the new schedule counts after", plan.Cursor.Format("15:04"))
	// Output:
	// 09:15 to 09:30 2 coalesced
	// 09:45 to 09:45 1 fired
	// the new schedule counts after 09:50
}

func ExampleResume() {
	c, _ := schedule.Parse("0 2 * * *", "Europe/Berlin")
	paused := time.Date(2026, 5, 1, 12, 0, 0, 0, c.Location())
	plan := schedule.Resume(c, paused, paused.AddDate(0, 0, 10))
	for _, d := range plan.Decisions {
		fmt.Println(d.NominalAt.Format(time.DateTime), "to", d.Until.Format(time.DateTime), d.Count, d.Verdict)
	}
	fmt.Println("next:", plan.Next.Format(time.DateTime))
	// Output:
	// 2026-05-02 02:00:00 to 2026-05-11 02:00:00 10 paused
	// next: 2026-05-12 02:00:00
}

func ExampleCron_Count() {
	c, _ := schedule.Parse("30 2 * * *", "America/New_York")
	from := time.Date(2016, 1, 1, 0, 0, 0, 0, c.Location())
	fmt.Println(c.Count(from, from.AddDate(10, 0, 0)))
	// Output:
	// 3653
}
