const url = `https://api.getresync.com/v1?k=rsk_live_@:@abc123def456`;
const o = { 'rsk_live_@:@abc123def456': 1 };
const auth = 'Bearer rsk_live_@:@abc123def456';
fetch('http://api.getresync.com:8080/v1');
