package redis

import (
	"fmt"
	"strconv"
)

// slots is how many hash slots a cluster has.
const slots = 16384

// slotOf returns the slot of a hash tag: CRC-16/XMODEM, as the specification of
// Redis Cluster says.
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

// tagOf returns the hash tag of a partition. Its suffix is chosen so that the
// partitions are spread evenly over the slots. Each master owns a range of
// slots, and with random tags one master would get most of the partitions.
func tagOf(prefix string, partition, partitions int) string {
	low, high := partition*slots/partitions, (partition+1)*slots/partitions
	base := fmt.Sprintf("%s:%d", prefix, partition)
	// Each try succeeds with a probability of 1 in partitions, so the bound is never
	// reached in practice. A tag in any other slot would work, too.
	for n := range 1000 * partitions {
		tag := base + "." + strconv.Itoa(n)
		if slot := slotOf(tag); low <= slot && slot < high {
			return tag
		}
	}
	return base
}
