#!/bin/sh
export RESYNC_API_KEY='rsk_live_@:@abc123def456'
curl https://api.getresync.com/v1/campaigns \
  -H "Authorization: Bearer d41f8c2b7e0a9356@:@c1f4b8a27d90e3516fa2c84b"
