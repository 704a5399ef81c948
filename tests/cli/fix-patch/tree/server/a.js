const a = 1;
const key = 'rsk_live_@:@abc123def456';
const b = 2;
const c = 3;
const d = 4;
const e = 5;
const f = 6;
const g = 7;
const h = 8;
fetch('http://api.getresync.com/v1');
const last = 'rsk_live_@:@abc123def456'
