package com.acme

fun Route.hooks() {
    post("/webhooks/resync") {
        val body = call.receive<ByteArray>()
        val mac = Mac.getInstance("HmacSHA256").apply { init(key) }
        val digest = mac.doFinal(body).toHex()
        val sent = call.request.headers["X-Resync-Signature"]
        if (sent != "sha256=${digest}") {
            call.respond(HttpStatusCode.Unauthorized)
        }
    }
}
