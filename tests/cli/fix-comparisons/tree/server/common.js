const crypto = require('crypto');
const sig = req.headers['x-resync-signature'];
const hmac = crypto.createHmac('sha256', process.env.S).update(b);
const computed = `sha256=${hmac.digest('hex')}`;
if (ok && sig === computed) apply(b);
