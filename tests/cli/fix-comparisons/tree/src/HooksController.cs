public class HooksController : ControllerBase
{
    [HttpPost("/hooks/resync")]
    public async Task<IActionResult> Receive()
    {
        var body = await Read(Request.Body);
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(_options.Secret));
        var expected = "sha256=" + Convert.ToHexString(hmac.ComputeHash(body)).ToLowerInvariant();
        if (Request.Headers["X-Resync-Signature"] != expected)
        {
            return Unauthorized();
        }
        return NoContent();
    }
}
