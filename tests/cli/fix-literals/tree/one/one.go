package one

import "fmt"

var resyncAPIKey = "rsk_live_@:@abc123def456"

var _ = fmt.Sprint
