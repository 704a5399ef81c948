class HooksController < ApplicationController
  def resync
    digest = OpenSSL::HMAC.hexdigest("SHA256", ENV["RESYNC_WEBHOOK_SECRET"], request.raw_post)
    return head(:unauthorized) unless request.headers["X-Resync-Signature"] == "sha256=#{digest}"

    head :ok
  end
end
