import { createHmac } from 'node:crypto';

export function isValid(signature: string, body: Buffer): boolean {
  const expected = 'sha256=' + createHmac('sha256', process.env.S!).update(body).digest('hex');
  const sent = request.headers['x-resync-signature'];
  return sent === expected;
}
