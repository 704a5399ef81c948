package com.acme;

class Signatures {
    private static final String HEADER = "X-Resync-Signature";

    boolean valid(HttpServletRequest request, byte[] body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        String expected = "sha256=" + Hex.encodeHexString(mac.doFinal(body));
        return expected.equals(request.getHeader(HEADER));
    }
}
