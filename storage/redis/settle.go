package redis

import (
	"context"
	"fmt"
	"strconv"
)

// layoutFormat is how the keys are laid out, and which formats of records may
// be among them. A release that changes either raises it.
const layoutFormat = 1

// settle agrees with all processes that ever opened the store on its format
// and its partitions. Whoever is the first decides; asking twice changes
// nothing, so that the script may be repeated like one that only reads. It is
// needed once only: a server that is out of memory refuses it, and can still be
// read from.
func (s *Store) settle(ctx context.Context, o Options) error {
	keys := []string{"{" + o.Prefix + "}meta"}
	stored, err := s.readList(ctx, recordScript, keys, "format", "partitions")
	if err == nil && (len(stored) != 2 || stored[0] == nil || stored[1] == nil) {
		stored, err = s.readList(ctx, openScript, keys, layoutFormat, o.Partitions)
	}
	switch {
	case err != nil:
		return fmt.Errorf("agree on format and partitions: %w", err)
	case len(stored) != 2:
		return errReply
	}
	return checkSettled(text(stored[0]), text(stored[1]), o)
}

func checkSettled(format, partitions string, o Options) error {
	switch n, err := strconv.Atoi(format); {
	case err != nil:
		return fmt.Errorf("the stored format is %q", format)
	case n > layoutFormat:
		return fmt.Errorf("the stored format is %d, and this release knows none above %d; use a newer one",
			n, layoutFormat)
	case partitions != strconv.Itoa(o.Partitions):
		return fmt.Errorf("the store was begun with %s partitions, and this process asks for %d; "+
			"the number cannot be changed", partitions, o.Partitions)
	}
	return nil
}
