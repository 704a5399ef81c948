<?php
return ['key' => 'rsk_live_@:@abc123def456'];
