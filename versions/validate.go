package versions

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jobledger/jobledger/internal/strictjson"
	"github.com/jobledger/jobledger/schedule"
)

// Limits of numbers and texts.
const (
	maxDescription = 1023
	maxJitter      = 60 * 60 // added by this library
	// MaxNumber is the largest count and the largest number of seconds, since
	// the documented Jobs API uses int32.
	MaxNumber = math.MaxInt32
)

// Limits limit what a definition may contain. A field that is 0 means its
// default.
type Limits struct {
	// ConfigBytes is the most bytes of Config; 256 KiB by default.
	ConfigBytes int
	// SourceConfigBytes is the most bytes of SourceConfig; 8 KiB by default.
	SourceConfigBytes int
	// Dependencies is the most keys in DependsOn; 100 by default.
	Dependencies int
}

func (l Limits) withDefaults() Limits {
	if l.ConfigBytes == 0 {
		l.ConfigBytes = 256 << 10
	}
	if l.SourceConfigBytes == 0 {
		l.SourceConfigBytes = 8 << 10
	}
	if l.Dependencies == 0 {
		l.Dependencies = 100
	}
	return l
}

// CheckConfig reports whether a config is valid, and returns the type of its
// job. Config is a compact JSON object. A [FieldErrors] must name fields below
// "config", such as "config.sql". Any other error is reported for the field
// "config".
type CheckConfig func(config json.RawMessage) (JobType, error)

// Validator checks definitions. The zero value works.
type Validator struct {
	Limits Limits
	// CheckConfig checks the config; [DocumentedConfig] when nil.
	CheckConfig CheckConfig
}

// Validate returns d with its defaults and with compact JSON, and its job type.
// An error is a [FieldErrors] with every rule that d breaks. Validate does not
// check whether the cluster and the dependencies exist.
func (v Validator) Validate(d Definition) (Definition, JobType, error) {
	var errs FieldErrors
	limits := v.Limits.withDefaults()
	d = d.withDefaults().Clone()
	for i := range fields {
		if f := &fields[i]; f.check != nil {
			f.check(f, &errs, &d)
		}
	}
	var jobType JobType
	d.Config, jobType = v.checkConfig(&errs, d.Config, limits.ConfigBytes)
	d.SourceConfig = checkSource(&errs, d.SourceConfig, limits.SourceConfigBytes)
	checkDependencies(&errs, d.DependsOn, limits.Dependencies)
	if cron := CheckSchedule(&errs, d.CronExpression, d.CronTimezone); cron != nil {
		checkJitter(&errs, d.JitterSeconds, cron)
	}
	return d, jobType, errs.Err()
}

func (v Validator) checkConfig(errs *FieldErrors, config json.RawMessage, limit int) (json.RawMessage, JobType) {
	compact, ok := checkObject(errs, "config", config, limit)
	if !ok {
		return nil, ""
	}
	check := v.CheckConfig
	if check == nil {
		check = DocumentedConfig
	}
	jobType, err := check(compact)
	if fields, ok := errors.AsType[FieldErrors](err); ok {
		*errs = append(*errs, fields...)
	} else if err != nil {
		errs.Add("config", err.Error())
	}
	return compact, jobType
}

// checkObject returns raw as compact JSON, and whether it is a JSON object
// within the limit.
func checkObject(errs *FieldErrors, field string, raw json.RawMessage, limit int) (json.RawMessage, bool) {
	if len(raw) == 0 || string(raw) == "null" {
		errs.Add(field, "is required")
		return nil, false
	}
	if len(raw) > limit {
		errs.Add(field, fmt.Sprintf("must be at most %d bytes", limit))
		return nil, false
	}
	compact, err := strictjson.Compact(raw)
	if err != nil {
		addJSON(errs, field, err)
		return nil, false
	}
	if compact[0] != '{' {
		errs.Add(field, "must be an object")
		return nil, false
	}
	return compact, true
}

// addJSON adds a fault in the JSON of a field.
func addJSON(errs *FieldErrors, field string, err error) {
	fault, ok := errors.AsType[*strictjson.Error](err)
	switch {
	case !ok:
		errs.Add(field, err.Error())
	case fault.Path == "":
		errs.Add(field, fault.Rule)
	case strings.HasPrefix(fault.Path, "["):
		errs.Add(field+fault.Path, fault.Rule)
	default:
		errs.Add(field+"."+fault.Path, fault.Rule)
	}
}

// CheckDescription adds to errs the rule that a description breaks: at most
// 1023 characters of valid UTF-8.
func CheckDescription(errs *FieldErrors, text string) {
	checkLength(errs, "description", text, maxDescription)
}

func checkLength(errs *FieldErrors, field, text string, most int) {
	switch {
	case !utf8.ValidString(text):
		errs.Add(field, "must be valid UTF-8")
	case utf8.RuneCountInString(text) > most:
		errs.Add(field, fmt.Sprintf("must be at most %d characters", most))
	}
}

// The functions below are the checks that rows of the table use.

func checkID(f *Field, errs *FieldErrors, d *Definition) {
	if id := *f.in(d).(*string); id == "" {
		errs.Add(f.Name, "is required")
	} else if !ValidID(id) {
		errs.Add(f.Name, IDRule)
	}
}

func checkText(f *Field, errs *FieldErrors, d *Definition) {
	text := *f.in(d).(*string)
	if f.Enum == nil {
		checkLength(errs, f.Name, text, f.MaxLength)
	} else if !slices.Contains(f.Enum, text) {
		errs.Add(f.Name, "must be one of "+strings.Join(f.Enum, ", "))
	}
}

func checkCount(f *Field, errs *FieldErrors, d *Definition) {
	if n := *f.in(d).(*int); n < 0 || n > f.Most {
		errs.Add(f.Name, fmt.Sprintf("must be 0 to %d", f.Most))
	}
}

func checkDependencies(errs *FieldErrors, keys []string, limit int) {
	if len(keys) > limit {
		errs.Add("dependsOn", fmt.Sprintf("must name at most %d jobs", limit))
		return
	}
	seen := make(map[string]bool, len(keys))
	for i, key := range keys {
		field := fmt.Sprintf("dependsOn[%d].jobKey", i)
		if rule := CheckKey(key); rule != "" {
			errs.Add(field, rule)
		} else if seen[key] {
			errs.Add(field, "repeats a key of the list")
		}
		seen[key] = true
	}
}

// CheckSchedule adds to errs what is wrong with the expression and, separately,
// with the zone. It returns the schedule. The result is nil when the expression
// is empty, but the zone is checked also then. An empty zone means UTC.
func CheckSchedule(errs *FieldErrors, expression, zone string) *schedule.Cron {
	_, unknown := schedule.Parse("@daily", zone)
	if unknown != nil {
		zone = ""
	}
	var cron *schedule.Cron
	var err error
	if expression != "" {
		cron, err = schedule.Parse(expression, zone)
	}
	if err != nil {
		errs.Add("cronExpression", scheduleRule(err))
	}
	if unknown != nil {
		errs.Add("cronTimezone", scheduleRule(unknown))
	}
	return cron
}

// scheduleRule returns the rule that an expression or a zone breaks.
func scheduleRule(err error) string {
	fault, ok := errors.AsType[*schedule.ParseError](err)
	switch {
	case !ok:
		return err.Error()
	case fault.Field == schedule.FieldZone, fault.Field == schedule.FieldExpression:
		return fault.Reason
	}
	return fault.Field + ": " + fault.Reason
}

// checkJitter refuses a jitter with which a run could start after the next
// tick.
func checkJitter(errs *FieldErrors, seconds int, cron *schedule.Cron) {
	if seconds <= 0 || seconds > maxJitter {
		return // checkCount reports it
	}
	if shortest := int(cron.ShortestInterval() / time.Second); seconds >= shortest {
		errs.Add("jitterSeconds", fmt.Sprintf("must be less than the shortest time between two fires of the schedule, which is %d seconds", shortest))
	}
}
