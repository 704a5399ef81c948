var resyncKey = "rsk_live_@:@abc123def456";
var other = Environment.GetEnvironmentVariable("RESYNC_API_KEY") ?? "rsk_live_@:@abc123def456";
