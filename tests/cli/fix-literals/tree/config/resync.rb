Resync.key = "rsk_live_@:@abc123def456"
Resync.other = ENV.fetch('RESYNC_API_KEY', 'rsk_live_@:@abc123def456')
