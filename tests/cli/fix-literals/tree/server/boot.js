'use strict';
const { Resync } = require('@resync/sdk');
Resync.init({ key: 'rsk_live_@:@abc123def456', appId: 7 });
const other = process.env.RESYNC_API_KEY || 'rsk_live_@:@abc123def456';
const test = "rsk_sandbox_@:@9f2c41ab77aa";
