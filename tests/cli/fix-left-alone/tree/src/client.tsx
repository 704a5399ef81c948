Resync.init({ key: 'rsk_live_@:@abc123def456', appId: 7 });
