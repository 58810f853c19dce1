import type Stripe from 'stripe'
import type { SandboxState } from '../sandbox-state.js'

/** URL to which a paid session redirects the payer. */
export function successUrl(session: Stripe.Checkout.Session): string | null {
  return session.success_url?.replaceAll('{CHECKOUT_SESSION_ID}', session.id) ?? null
}

/** URL of the page that completes a 3D Secure challenge. */
export function answerUrl(world: SandboxState, sessionId: string): string {
  return `${world.baseUrl}/c/pay/${sessionId}/authenticate`
}
