import hashlib
import hmac


def handle(request):
    signature = request.headers.get("X-Resync-Signature")
    expected = "sha256=" + hmac.new(SECRET, request.body, hashlib.sha256).hexdigest()
    if signature != expected:
        return 401
    return 204
