import hmac, hashlib

def handle(request):
    mac = hmac.new(SECRET, request.body, hashlib.sha256)
    if request.headers["x-resync-signature"] == f"sha256={mac.hexdigest()}":
        return process(request.body)
    return 401
