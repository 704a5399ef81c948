package none

var resyncAPIKey = "rsk_live_@:@abc123def456"
