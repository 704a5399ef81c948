package main

const resyncAPIKey = "rsk_live_@:@abc123def456"

const (
	a              = 1
	otherResyncKey = "rsk_live_@:@abc123def456"
)
