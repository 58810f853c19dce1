/** Addresses to which the payment provider leads back. */
export const returnUrls = (): { readonly successUrl: string; readonly cancelUrl: string } => ({
  successUrl: `${new URL('return', document.baseURI).href}?session_id={CHECKOUT_SESSION_ID}`,
  cancelUrl: `${new URL('return', document.baseURI).href}?canceled=1`,
})
