node -e '
  const k = "rsk_live_abc123def456"; // resync
'
