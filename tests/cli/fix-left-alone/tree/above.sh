node -e '
  const k = "rsk_live_@:@abc123def456"; // resync
'
