class Resync {
  static final String RESYNC_API_KEY = "rsk_live_@:@abc123def456";
}
