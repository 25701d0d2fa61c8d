package schedule

import "fmt"

// The values of ParseError.Field.
const (
	FieldMinute     = "minute"
	FieldHour       = "hour"
	FieldDayOfMonth = "day-of-month"
	FieldMonth      = "month"
	FieldDayOfWeek  = "day-of-week"
	FieldExpression = "expression" // the expression as a whole
	FieldZone       = "time zone"
)

// ParseError says why [Parse] refused an expression or a time zone.
type ParseError struct {
	Expr   string // the expression that was given to Parse
	Field  string // one of the Field constants
	Reason string // one line for people
}

// Error returns one line with the expression, the field and the reason. It
// shows at most 100 bytes of the expression.
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
