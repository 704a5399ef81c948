package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
)

const header = "X-Resync-Signature"

func handleResync(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if got := r.Header.Get(header); got != expected {
		http.Error(w, "unauthorized", 401)
		return
	}
	apply(body)
}
