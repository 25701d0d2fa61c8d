package schedule

import "fmt"

// What a [ParseError] may find fault with.
const (
	FieldMinute     = "minute"
	FieldHour       = "hour"
	FieldDayOfMonth = "day-of-month"
	FieldMonth      = "month"
	FieldDayOfWeek  = "day-of-week"
	FieldExpression = "expression" // as a whole
	FieldZone       = "time zone"
)

// ParseError says why [Parse] refused an expression or its time zone.
type ParseError struct {
	Expr   string // the expression, as it was given
	Field  string // one of the Field constants
	Reason string // for people, in one line
}

// Error returns one line with the expression, cut if it is too long to be one,
// the field and the reason.
func (e *ParseError) Error() string {
	expr := e.Expr
	if len(expr) > maxExprLength {
		expr = expr[:maxExprLength] + "..."
	}
	return fmt.Sprintf("cron %q: %s: %s", expr, e.Field, e.Reason)
}

func refuse(expr, field string, err error) error {
	return &ParseError{Expr: expr, Field: field, Reason: err.Error()}
}
