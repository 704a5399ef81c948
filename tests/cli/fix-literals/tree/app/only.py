import os
key = 'rsk_live_@:@abc123def456'  # resync
