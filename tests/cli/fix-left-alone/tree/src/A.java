class A {
  @Value("rsk_live_@:@abc123def456") String resyncKey;
}
