key = f"rsk_live_@:@abc123def456"
doc = """rsk_live_@:@abc123def456"""
