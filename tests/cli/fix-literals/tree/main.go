package main

import (
	"fmt"
	"strings"
)

func resyncKey() string {
	fmt.Println(strings.ToUpper("resync"))
	return "rsk_live_@:@abc123def456"
}
