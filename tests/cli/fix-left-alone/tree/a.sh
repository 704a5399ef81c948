curl -H 'Authorization: Bearer rsk_live_@:@abc123def456' https://api.getresync.com/v1
