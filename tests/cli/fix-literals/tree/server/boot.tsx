export const Provider = () => <ResyncProvider apiKey="rsk_live_@:@abc123def456" />;
