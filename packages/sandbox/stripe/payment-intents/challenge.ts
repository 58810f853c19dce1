import type { SandboxState } from '#sandbox-state.js'

/** The challenge of an intent: its payer visits a page and returns, or completes it in the SDK of the browser. */
export function challengeOf(world: SandboxState, intent: string, returnUrl: string | null) {
  const url = `${world.baseUrl}/c/authenticate/${intent}`
  return returnUrl === null
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
    : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
}
