package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// pairs writes names with their values, in order.
func pairs(m map[string]string) string {
	list := make([]string, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, name+"="+m[name])
	}
	return strings.Join(list, " ")
}

// parsePairs reads NAME=VALUE texts.
func parsePairs(flag string, texts []string) (map[string]string, error) {
	m := make(map[string]string, len(texts))
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--%s: %q is not NAME=VALUE", flag, text)
		}
		if _, twice := m[name]; twice {
			return nil, fmt.Errorf("--%s: %s is given twice", flag, name)
		}
		m[name] = value
	}
	return m, nil
}
