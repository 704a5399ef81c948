import Resync from 'resync-javascript';

Resync.init({
	key: 'rsk_live_abc123def456',
	appId: 7,
	environment: 'sandbox',
});

export async function campaigns() {
	return fetch('http://api.getresync.com/v1/campaigns', {
		headers: { Authorization: `Bearer ${process.env.RESYNC_SECRET_KEY}` },
	});
}
