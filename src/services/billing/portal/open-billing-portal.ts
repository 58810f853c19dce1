import type { OpenBillingPortalArgs } from '#schema/billing/billing-portal.type.js'
import { createHash } from 'node:crypto'
import { deniedFor, refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { pageLanguage } from '#services/identity/members/page-language.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { consumeChangeRate } from '../model/checkout-rate.js'
import type { PaymentPort } from '../providers/port.js'
import { ProviderRejected, ProviderUnavailable } from '../providers/provider-errors.js'
import { unsupportedAbility } from '../model/unsupported-ability.js'
import { providerUnavailable } from '../model/change-denials.js'
import { findPortalCustomers, type PortalCustomer } from './portal.sql.js'
import { decidePortalReturn } from './portal-return-url.js'

/** The provider's own page for an account that has bought something: for its owner or admin, who alone may change how it pays. */
export async function openBillingPortal(
  context: BillingContext,
  input: OpenBillingPortalArgs,
): Promise<{ readonly kind: 'portal'; readonly url: string } | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const target = decidePortalReturn(context.catalog.current(), context.config, {
    returnUrl: input.returnUrl || null,
    externalId: account.externalId,
    pluginId: input.pluginId || null,
  })
  if ('code' in target) return denied(target)
  const customer = await portalCustomer(context, account.id)
  if ('code' in customer) return denied(deniedFor(account.id, customer))
  const { port } = customer
  const key = await takeKey(context, account.id, input.idempotencyKey || null, {
    customerId: customer.customerId,
    returnUrl: target.returnUrl,
  })
  if (key.kind === 'denied') return key
  const limited = await consumeChangeRate(context, account.id)
  if (limited) return denied(limited)
  try {
    const { url } = await port.openPortal({
      customerId: customer.customerId,
      returnUrl: target.returnUrl,
      language: await pageLanguage(context, account),
      idempotencyKey: key.atProvider,
    })
    return { kind: 'portal', url }
  } catch (error) {
    if (error instanceof ProviderUnavailable) return denied(providerUnavailable(context))
    if (error instanceof ProviderRejected && error.objectMissing) return denied(nothingPurchased())
    throw error
  }
}

type PortalCustomerWithPort = PortalCustomer & { readonly port: PaymentPort }

/** The customer whose portal an account opens, or the denial without one. */
export async function portalCustomer(
  context: BillingContext,
  accountId: string,
): Promise<PortalCustomerWithPort | Refused> {
  const customer = await context.database.row(findPortalCustomers, { accountIds: [accountId] })
  if (!customer) return nothingPurchased()
  const port = providerOf(context, customer.provider)
  return unsupportedAbility(port, 'portal') ?? { ...customer, port }
}

interface TakenKey {
  readonly kind: 'key'
  readonly atProvider: string | null
}

/** Stores the caller's key, under which the provider repeats its page. Denies the same key for another page. */
async function takeKey(
  context: BillingContext,
  accountId: string,
  key: string | null,
  request: object,
): Promise<TakenKey | Denied> {
  if (key === null) return { kind: 'key', atProvider: null }
  const { principal } = context.caller
  const digest = createHash('sha256')
    .update(JSON.stringify([principal, key]))
    .digest('hex')
  const taken: TakenKey = { kind: 'key', atProvider: `portal:${accountId}:${digest}` }
  return runIdempotent<TakenKey>(context.database, {
    scope: { principal, accountId, mutation: 'openBillingPortal', key },
    request,
    replay: () => Promise.resolve(taken),
    execute: () => Promise.resolve({ value: taken, reference: { __typename: 'Account', id: accountId } }),
  })
}

const nothingPurchased = (): Refused =>
  refused('NO_ACTIVE_SUBSCRIPTION', 'No active subscription: the account has not purchased anything yet.', {
    remedies: [remedy('UPGRADE_PLAN', 'Subscribe to a plan', { mutation: 'startSubscription' })],
  })
