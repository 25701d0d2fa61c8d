package sqlchild

import (
	"bufio"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// csvWriter writes rows as CSV (RFC 4180, but lines end as on Unix), in the
// manner of PostgreSQL's COPY, so that nothing that SQLite tells apart is lost:
//
//	NULL is an empty field, an empty text is ""
//	a BLOB is \x and its bytes in hexadecimal
//	a time is written as SQLite's date and datetime functions do
//	a text that a spreadsheet would take for a formula gets a ' before it
type csvWriter struct {
	*bufio.Writer
	rows int64
}

func newCSVWriter(w io.Writer) *csvWriter { return &csvWriter{Writer: bufio.NewWriterSize(w, 64<<10)} }

// header writes the names of columns.
func (w *csvWriter) header(names []string) error {
	fields := make([]driver.Value, len(names))
	for i, name := range names {
		fields[i] = name
	}
	return w.line(fields)
}

// row writes a row of what a driver scans.
func (w *csvWriter) row(values []driver.Value) error {
	w.rows++
	return w.line(values)
}

func (w *csvWriter) line(values []driver.Value) error {
	for i, value := range values {
		if i > 0 {
			_ = w.WriteByte(',') // A failed write is reported by the last one.
		}
		_, _ = w.WriteString(csvField(value))
	}
	return w.WriteByte('\n')
}

func csvField(value driver.Value) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return quoted(harmless(v))
	case []byte:
		return `\x` + hex.EncodeToString(v)
	case float64:
		return csvFloat(v)
	case time.Time:
		return csvTime(v)
	}
	return fmt.Sprint(value)
}

// harmless is a text that no spreadsheet executes when it opens the file.
func harmless(text string) string {
	if text != "" && strings.IndexByte("=+-@\t\r", text[0]) >= 0 {
		return "'" + text
	}
	return text
}

// quoted is a text as a field, in quotes where it needs them.
func quoted(text string) string {
	if text != "" && !strings.ContainsAny(text, "\",\r\n") {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

// csvFloat keeps the point, which tells a real number from an integer.
func csvFloat(v float64) string {
	text := strconv.FormatFloat(v, 'g', 17, 64)
	if short := strconv.FormatFloat(v, 'f', -1, 64); len(short) <= 21 {
		text = short
	}
	if strings.Trim(text, "-0123456789") == "" {
		text += ".0"
	}
	return strings.TrimPrefix(text, "+") // of what is too large for a number
}

// csvTime writes what the driver made of the text of a column that is declared
// as DATE, DATETIME or TIMESTAMP.
func csvTime(v time.Time) string {
	layout := "2006-01-02 15:04:05.999999999"
	if v.Equal(v.Truncate(24 * time.Hour)) {
		layout = time.DateOnly
	}
	if _, offset := v.Zone(); offset != 0 {
		layout = "2006-01-02 15:04:05.999999999-07:00"
	}
	return v.Format(layout)
}
