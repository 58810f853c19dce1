import { expectResult, StackgateError, toDenial, type Stackgate } from '@stackgate/client'
import {
  OpenBillingPortal,
  Plans,
  PurchasePackage,
  PurchaseTemplate,
  StartSubscription,
  type CheckoutFields,
} from '@stackgate/client/documents'
import { useState } from 'react'
import { useKeyedMutation, type MutationResult } from '../mutation.js'
import { useStackgateContext, type StackgateContextValue } from '../provider.js'
import { communityAccount, useAccountId } from '../query.js'
import { useLeaveWhile } from './leave.js'
import type { BillingInterval, PaymentProvider } from '../types.js'

/** A begun payment. `url` is the page of the payment provider. */
export type Checkout = CheckoutFields

/** Object of a payment: exactly one of `plan`, `package` and `templateId`. */
export interface CheckoutInput {
  /** Code of a plan to subscribe to. */
  readonly plan?: string | undefined
  /** Code of a package. */
  readonly package?: string | undefined
  /** ID of a template. */
  readonly templateId?: string | undefined
  /** Default: a month. */
  readonly interval?: BillingInterval | undefined
  /** Buys the plan once, without an end. */
  readonly lifetime?: boolean | undefined
  readonly quantity?: number | undefined
  /** Default: that of the account. */
  readonly currency?: string | undefined
  /** Default: `STRIPE`. */
  readonly provider?: PaymentProvider | undefined
  readonly promotionCode?: string | undefined
  /** An offer of a plan that is accepted. Its price, interval and quantity apply. */
  readonly negotiatedPlanId?: string | undefined
  /** ID of the plugin in the page around it, for catalogs that build return URLs from it. */
  readonly pluginId?: string | undefined
  readonly trialDays?: number | undefined
}

/** Options of hooks that open a page of the payment provider. */
export interface RedirectOptions {
  readonly accountId?: string | undefined
  /** Opens the page instead of the `redirect` of the provider. Neither is called after the component was removed. */
  readonly onRedirect?: ((url: string) => unknown) | undefined
}

/** Mutation that opens a page. */
export interface CheckoutMutation extends MutationResult<CheckoutInput, Checkout> {
  /** Page that the browser refused to open in a new tab: show it as a link. Null without one. */
  readonly blockedUrl: string | null
}

/** Begins a payment of a plan, a package or a template, and opens the page of the payment provider. */
export function useCheckout(options: RedirectOptions = {}): CheckoutMutation {
  const context = useStackgateContext()
  const account = useAccountId(options.accountId)
  const leave = useLeaveWhile(true, options.onRedirect)
  const [blockedUrl, setBlockedUrl] = useState<string | null>(null)
  const mutation = useKeyedMutation(async (input: CheckoutInput, key) => {
    const checkout = await beginCheckout(context, account ?? undefined, input, key)
    const isOpen = !checkout.url || leave(checkout.url) !== false
    setBlockedUrl(isOpen ? null : checkout.url)
    return checkout
  })
  return { ...mutation, blockedUrl }
}

/**
 * Begins a payment. A buyer who was offered no choice of the provider pays with the first.
 * @throws DenialError if the server denies it
 */
export async function beginCheckout(
  context: StackgateContextValue,
  accountId: string | undefined,
  input: CheckoutInput,
  idempotencyKey: string,
): Promise<Checkout> {
  try {
    return await requestCheckout(context, accountId, input, idempotencyKey)
  } catch (error) {
    const denial = toDenial(error)
    const isChoice = denial?.code === 'PROVIDER_CHOICE_REQUIRED'
    const { provider } = Object(isChoice && Object(denial.remedies[0]?.input).input) as { provider?: PaymentProvider }
    if (!provider) throw error
    return requestCheckout(context, accountId, { ...input, provider }, idempotencyKey)
  }
}

async function requestCheckout(
  { client, returnUrls, currency: preferred }: StackgateContextValue,
  accountId: string | undefined,
  input: CheckoutInput,
  key: string,
): Promise<Checkout> {
  const {
    plan,
    package: code,
    templateId,
    interval,
    lifetime,
    trialDays,
    negotiatedPlanId,
    provider,
    ...ofPackage
  } = input
  const { successUrl, cancelUrl } = returnUrls
  const currency = input.currency ?? preferred
  const shared = { provider, currency, accountId, successUrl, cancelUrl }
  if (plan !== undefined) {
    const terms = { ...ofPackage, ...shared, interval, lifetime, trialDays, negotiatedPlanId, plan }
    const data = await client.request(StartSubscription, { input: terms, key })
    return expectResult(data.startSubscription)
  }
  if (code !== undefined) {
    const data = await client.request(PurchasePackage, { input: { ...ofPackage, ...shared, package: code }, key })
    return expectResult(data.purchasePackage)
  }
  if (templateId === undefined) throw misuse('Name what to pay.')
  const data = await client.request(PurchaseTemplate, { input: { ...shared, templateId }, key })
  return expectResult(data.purchaseTemplate)
}

const misuse = (message: string): StackgateError => new StackgateError({ code: 'CONFIGURATION', message })

/** Options of `useCreateCheckoutSession`. */
export interface CheckoutSessionOptions extends RedirectOptions {
  /** Code of the plan. Default: the only paid plan of the catalog. */
  readonly plan?: string | undefined
  readonly interval?: BillingInterval | undefined
  readonly quantity?: number | undefined
  readonly pluginId?: string | undefined
  readonly communityId?: string | undefined
}

/** Mutation without arguments: an event of a click that is passed to it has no effect. */
export interface PlainMutation<Data> extends Omit<MutationResult<void, Data>, 'mutate' | 'mutateAsync'> {
  readonly mutate: () => void
  readonly mutateAsync: () => Promise<Data>
}

/** Begins the payment of a plan and opens the page of the payment provider. `mutate()` needs no arguments. */
export function useCreateCheckoutSession(options: CheckoutSessionOptions = {}): PlainMutation<Checkout> {
  const context = useStackgateContext()
  const { plan, interval, quantity, pluginId, communityId, onRedirect } = options
  const own = useAccountId(options.accountId)
  const account = communityId === undefined ? own : communityAccount(communityId)
  const leave = useLeaveWhile(true, onRedirect)
  return plain(
    useKeyedMutation(async (_: void, key) => {
      const code = plan ?? (await onlyPaidPlan(context.client))
      const input = { plan: code, interval, quantity, pluginId }
      const checkout = await beginCheckout(context, account ?? undefined, input, key)
      if (checkout.url) leave(checkout.url)
      return checkout
    }),
  )
}

async function onlyPaidPlan(client: Stackgate): Promise<string> {
  const { plans } = await client.request(Plans)
  const paid = plans.filter(({ prices }) => prices.length > 0)
  if (paid.length === 1) return paid[0]!.code
  throw misuse(`Name one of the ${paid.length} paid plans.`)
}

/** Options of `useCreatePortalSession`. */
export interface PortalSessionOptions extends RedirectOptions {
  readonly pluginId?: string | undefined
  readonly communityId?: string | undefined
}

/** A page of the billing portal. */
export interface PortalSession {
  readonly url: string
  /** The same as `url`. */
  readonly portalUrl: string
}

/** Opens the billing portal, for invoices and payment methods. `mutate()` needs no arguments. */
export function useCreatePortalSession(options: PortalSessionOptions = {}): PlainMutation<PortalSession> {
  const { client, returnUrls } = useStackgateContext()
  const { pluginId, communityId, onRedirect } = options
  const leave = useLeaveWhile(true, onRedirect)
  const own = useAccountId(options.accountId)
  const account = communityId === undefined ? own : communityAccount(communityId)
  return plain(
    useKeyedMutation(async () => {
      // Each call has a new key and makes a new page: an old one can have expired.
      const input = { accountId: account ?? undefined, pluginId, returnUrl: returnUrls.portalUrl }
      const { url } = expectResult((await client.request(OpenBillingPortal, input)).openBillingPortal)
      leave(url!)
      return { url: url!, portalUrl: url! }
    }),
  )
}

const plain = <Data>(mutation: MutationResult<void, Data>): PlainMutation<Data> => ({
  ...mutation,
  mutate: () => mutation.mutate(),
  mutateAsync: () => mutation.mutateAsync(),
})
