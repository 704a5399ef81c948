cat <<'END'
key=rsk_live_@:@abc123def456
END
