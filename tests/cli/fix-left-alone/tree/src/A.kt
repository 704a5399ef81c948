const val resyncKey = "rsk_live_@:@abc123def456"
