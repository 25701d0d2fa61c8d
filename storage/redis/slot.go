package redis

import (
	"fmt"
	"strconv"
)

// slots is how many hash slots a cluster has.
const slots = 16384

// slotOf returns the slot of a hash tag: CRC-16 in the variant XMODEM, as
// documented in the specification of Redis Cluster.
func slotOf(tag string) int {
	var crc uint16
	for i := range len(tag) {
		crc ^= uint16(tag[i]) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return int(crc % slots)
}

// tagOf returns the hash tag of a partition. A suffix is chosen so that the
// partitions are spread over the slots evenly: masters own contiguous slots,
// and of a few tags placed by chance one master would get most.
func tagOf(prefix string, partition, partitions int) string {
	low, high := partition*slots/partitions, (partition+1)*slots/partitions
	base := fmt.Sprintf("%s:%d", prefix, partition)
	// Each try hits with a chance of one in partitions; the bound is never
	// reached, and without it a tag anywhere would still be a correct one.
	for n := range 1000 * partitions {
		tag := base + "." + strconv.Itoa(n)
		if slot := slotOf(tag); low <= slot && slot < high {
			return tag
		}
	}
	return base
}
