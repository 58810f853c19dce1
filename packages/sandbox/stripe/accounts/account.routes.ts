import { z } from 'zod'
import type Stripe from 'stripe'
import { emptyObject } from '#contract/empty-object.js'
import type { SandboxState } from '#sandbox-state.js'
import { created, email, mergeMetadata, metadata, paging, text, unsupported } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { StripeError } from '../api/stripe-error.js'
import { OWN_ACCOUNT } from './own-account.js'

const creation = z.strictObject({
  type: z.enum(['custom', 'express']).default('custom'),
  country: text.length(2).default('US'),
  email: email.optional(),
  capabilities: z
    .strictObject({ transfers: z.strictObject({ requested: z.enum(['true', 'false']) }).optional() })
    .optional(),
  metadata: metadata.optional(),
  business_type: unsupported,
  controller: unsupported,
  external_account: unsupported,
  tos_acceptance: unsupported,
})

/**
 * Connected accounts for payouts: create, retrieve, list. A custom one can receive transfers immediately if requested,
 * an express one after its onboarding on the page of an account link.
 */
export const accountRoutes = [
  route('POST', '/v1/accounts', creation, (world, { input }) => {
    const requested = input.capabilities?.transfers?.requested === 'true'
    const active = requested && input.type === 'custom'
    const account = {
      ...emptyAccount(),
      id: world.ids.next('acct', 16),
      type: input.type,
      country: input.country,
      email: input.email ?? null,
      default_currency: 'usd',
      created: world.clock.seconds,
      capabilities: requested ? { transfers: active ? ('active' as const) : ('inactive' as const) } : {},
      charges_enabled: false,
      details_submitted: active,
      payouts_enabled: active,
      metadata: mergeMetadata({}, input.metadata),
    }
    return world.store.put('account', account)
  }),
  route('GET', '/v1/account', z.strictObject({}), (world) => ownAccount(world)),
  route('GET', '/v1/accounts/:account', z.strictObject({}), (world, { path }) =>
    requireAccount(world, path['account'] ?? ''),
  ),
  route('GET', '/v1/accounts', z.strictObject({ ...paging, created }), (world, { input, url }) =>
    listPage(
      world.store.newest('account').filter((one) => wasCreated(one as { created: number }, input.created)),
      url,
      input,
    ),
  ),
]

const emptyAccount = () =>
  emptyObject('account', [
    'business_profile',
    'external_accounts',
    'future_requirements',
    'requirements',
    'settings',
    'tos_acceptance',
  ])

function ownAccount(world: SandboxState): Stripe.Account {
  const known = world.store.get('own_account', OWN_ACCOUNT)
  return (
    known ??
    world.store.put('own_account', {
      ...emptyAccount(),
      id: OWN_ACCOUNT,
      type: 'standard',
      country: 'US',
      email: 'sandbox@example.com',
      default_currency: 'usd',
      created: world.clock.seconds,
      business_type: 'company',
      capabilities: { card_payments: 'active', transfers: 'active' },
      charges_enabled: true,
      details_submitted: true,
      payouts_enabled: true,
      metadata: {},
    })
  )
}

/** For an unknown account, or one that is not connected, Stripe returns that there is no access to it. */
export function requireAccount(world: SandboxState, id: string): Stripe.Account {
  const account = id === OWN_ACCOUNT ? ownAccount(world) : world.store.get('account', id)
  if (account === undefined) throw noAccess(id)
  return account
}

const noAccess = (id: string) =>
  new StripeError(403, 'invalid_request_error', {
    code: 'account_invalid',
    message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
  })
