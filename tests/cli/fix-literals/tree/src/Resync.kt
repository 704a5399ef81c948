val resyncKey = "rsk_live_@:@abc123def456"
val other = System.getenv("RESYNC_API_KEY") ?: "rsk_live_@:@abc123def456"
