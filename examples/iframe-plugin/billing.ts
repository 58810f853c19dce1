import { graphql } from './api.js'

/** Plan and subscription of the community that the token names. */
export interface BillingInfo {
  readonly plan: { readonly code: string; readonly name: string }
  readonly status: string | null
  readonly currentPeriodEnd: string | null
  readonly portalAvailable: boolean
  readonly providers: readonly string[]
}

const BILLING_INFO = `{ installation { providers } account { kind cursor viewerCan plan { plan { code name } }
  billing { portalAvailable subscription { status currentPeriodEnd } } } }`

interface Account {
  readonly kind: string
  readonly cursor: string
  readonly viewerCan: string[]
  readonly plan: { readonly plan: BillingInfo['plan'] }
  readonly billing: {
    readonly portalAvailable: boolean
    readonly subscription: Pick<BillingInfo, 'status' | 'currentPeriodEnd'> | null
  }
}

export async function loadBilling(): Promise<{ info: BillingInfo; isAdmin: boolean; cursor: string }> {
  const { account, installation } = await graphql<{ account: Account; installation: { providers: string[] } }>(
    BILLING_INFO,
  )
  // A member of a community that no admin has opened yet has only an account of their own.
  const isAdmin = account.kind === 'COMMUNITY' && account.viewerCan.includes('BILLING_MANAGE')
  const { plan, billing } = account
  const info = {
    plan: plan.plan,
    status: billing.subscription?.status ?? null,
    currentPeriodEnd: billing.subscription?.currentPeriodEnd ?? null,
    portalAvailable: billing.portalAvailable,
    providers: installation.providers,
  }
  return { info, isAdmin, cursor: account.cursor }
}

/** Returns the URL of the payment page. The same key returns the same checkout. */
export async function startSubscription(
  pluginId: string | null,
  provider: string | undefined,
  key: string,
): Promise<string> {
  const { startSubscription } = await graphql<{ startSubscription: { checkout: { url: string } } }>(
    `
      mutation ($input: StartSubscriptionInput!, $key: String!) {
        startSubscription(input: $input, key: $key) {
          checkout {
            url
          }
          denial {
            code
            message
          }
        }
      }
    `,
    { input: { plan: 'pro', provider, pluginId }, key },
  )
  return startSubscription.checkout.url
}

/** Returns the URL of the billing portal. */
export async function openBillingPortal(pluginId: string | null): Promise<string> {
  const { openBillingPortal } = await graphql<{ openBillingPortal: { url: string } }>(
    `
      mutation ($pluginId: String) {
        openBillingPortal(pluginId: $pluginId) {
          url
          denial {
            code
            message
          }
        }
      }
    `,
    { pluginId },
  )
  return openBillingPortal.url
}

/** Returns what the server knows about a checkout. It reads the payment from the provider first. */
export async function confirmCheckout(sessionId: string): Promise<string> {
  const { confirmCheckout } = await graphql<{ confirmCheckout: { checkout: { status: string } } }>(
    `
      mutation ($providerReference: String!) {
        confirmCheckout(by: { providerReference: $providerReference }) {
          checkout {
            status
          }
        }
      }
    `,
    { providerReference: sessionId },
  )
  return confirmCheckout.checkout.status
}
