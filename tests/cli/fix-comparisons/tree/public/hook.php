<?php
$body = file_get_contents('php://input');
$signature = $_SERVER['HTTP_X_RESYNC_SIGNATURE'] ?? '';
$expected = 'sha256=' . hash_hmac('sha256', $body, getenv('RESYNC_WEBHOOK_SECRET'));

if ($signature !== $expected) {
    http_response_code(401);
    exit;
}
process($body);
