import { graphql } from './api.js'

/** Plan and subscription of the community that the token names. */
export interface BillingInfo {
  readonly plan: { readonly code: string; readonly name: string }
  readonly status: string | null
  readonly currentPeriodEnd: string | null
  readonly portalAvailable: boolean
  readonly providers: readonly string[]
}

const BILLING_INFO = `{ account { kind cursor viewerCan
  billingInfo { plan { code name } status currentPeriodEnd portalAvailable providers } } }`

export async function loadBilling(): Promise<{ info: BillingInfo; isAdmin: boolean; cursor: string }> {
  const { account } = await graphql<{
    account: { kind: string; cursor: string; viewerCan: string[]; billingInfo: BillingInfo }
  }>(BILLING_INFO)
  // A member of a community that no admin has opened yet has only an account of their own.
  const isAdmin = account.kind === 'COMMUNITY' && account.viewerCan.includes('BILLING_MANAGE')
  return { info: account.billingInfo, isAdmin, cursor: account.cursor }
}

/** Returns the URL of the payment page. The same key returns the same checkout. */
export async function startSubscription(
  pluginId: string | null,
  provider: string | undefined,
  idempotencyKey: string,
): Promise<string> {
  const { startSubscription } = await graphql<{ startSubscription: { url: string } }>(
    `
      mutation ($input: StartSubscriptionInput!) {
        startSubscription(input: $input) {
          ... on Checkout {
            url
          }
          ... on Denial {
            code
            message
          }
        }
      }
    `,
    { input: { plan: 'pro', provider, pluginId, idempotencyKey } },
  )
  return startSubscription.url
}

/** Returns the URL of the billing portal. */
export async function openBillingPortal(pluginId: string | null): Promise<string> {
  const { openBillingPortal } = await graphql<{ openBillingPortal: { url: string } }>(
    `
      mutation ($input: OpenBillingPortalInput!) {
        openBillingPortal(input: $input) {
          ... on PortalSession {
            url
          }
          ... on Denial {
            code
            message
          }
        }
      }
    `,
    { input: { pluginId } },
  )
  return openBillingPortal.url
}

/** Returns what the server knows about a checkout. It reads the payment from the provider first. */
export async function confirmCheckout(sessionId: string): Promise<string> {
  const { confirmCheckout } = await graphql<{ confirmCheckout: { status: string } }>(
    `
      mutation ($input: ConfirmCheckoutInput!) {
        confirmCheckout(input: $input) {
          ... on Checkout {
            status
          }
        }
      }
    `,
    { input: { providerReference: sessionId } },
  )
  return confirmCheckout.status
}
