/** Shared payment tokens of a sandbox, as a wallet makes them for a challenge. */
export const tokensOf =
  (sandbox, sandboxKey) =>
  async ({ amount, currency, expiresAt, networkId, paymentMethod }) => {
    const response = await fetch(`${sandbox}/v1/test_helpers/shared_payment/granted_tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandboxKey}` },
      body: new URLSearchParams({
        payment_method: paymentMethod,
        'usage_limits[currency]': currency,
        'usage_limits[max_amount]': amount,
        'usage_limits[expires_at]': String(expiresAt),
        ...(networkId ? { 'seller_details[network_id]': networkId } : {}),
      }),
    })
    return (await response.json()).id
  }
