import { type StackgateError } from '@stackgate/client'
import { Checkout as CheckoutDocument, ConfirmCheckout, type CheckoutFields } from '@stackgate/client/documents'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { billingJoin } from '../live/account-joins.js'
import { outcomeOf } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { QUERY_DEFAULTS, useAccountId, useJoin } from '../query.js'
import { queryKey } from '../query-keys.js'

/** Stage of a payment after the return from the payment provider. `canceled` and `portal`: nothing was paid, which is no failure. */
export type ReturnStatus = 'idle' | 'confirming' | 'paid' | 'processing' | 'failed' | 'canceled' | 'portal' | 'unknown'

/** Parameters of a return. */
export interface ReturnParameters {
  readonly sessionId: string | null
  readonly status: 'success' | 'cancel' | 'portal_return'
}

/** Options of `useCheckoutReturn`. */
export interface CheckoutReturnOptions {
  readonly accountId?: string | undefined
  /** Return that arrived otherwise, for example `onCallback` of `@stackgate/iframe`. Default: that of the address of the page. */
  readonly returned?:
    | { readonly status: ReturnParameters['status']; readonly sessionId?: string | undefined }
    | null
    | undefined
}

/** A payment after the return. */
export interface CheckoutReturn {
  readonly status: ReturnStatus
  readonly checkout: CheckoutFields | null
  readonly error: StackgateError | null
  readonly isLive: boolean
  /** Confirms again. */
  readonly refetch: () => Promise<unknown>
}

const NAMES = ['session_id', 'stripe_status', 'cancelled']

/** Reads the parameters of a return from an address. */
export function returnParametersOf(search: string): ReturnParameters | null {
  const query = new URLSearchParams(search)
  const status = query.get('stripe_status')
  const sessionId = query.get('session_id')
  if (status === 'cancel' || query.has('cancelled')) return { status: 'cancel', sessionId: null }
  if (status === 'portal_return') return { status: 'portal_return', sessionId: null }
  return sessionId || status === 'success' ? { status: 'success', sessionId } : null
}

/** Removes the parameters of a return from the address, so that a reload does not repeat it. */
function clearParameters(): void {
  const url = new URL(window.location.href)
  for (const name of NAMES) url.searchParams.delete(name)
  window.history.replaceState(window.history.state, '', url)
}

const STATUS: Readonly<Record<string, ReturnStatus>> = {
  COMPLETED: 'paid',
  PROCESSING: 'processing',
  FAILED: 'failed',
  EXPIRED: 'failed',
  QUARANTINED: 'failed',
  CANCELED: 'canceled',
}

/** Time between questions while no stream is live, in milliseconds. */
const POLL_MS = 5_000

/**
 * Reads the parameters with which the payment provider returned the buyer, removes them from the address, and follows the payment to its
 * end. Parameters alone mean nothing: the server says whether the payment was made, and by which account.
 */
export function useCheckoutReturn({ accountId, returned }: CheckoutReturnOptions = {}): CheckoutReturn {
  const context = useStackgateContext()
  const { client, joins, scope, returns } = context
  const account = useAccountId(accountId)
  const [found, setFound] = useState<ReturnParameters | null>(null)
  const own = useRef<ReturnParameters | null>(null)
  useEffect(() => {
    const inAddress = returnParametersOf(window.location.search)
    if (inAddress) clearParameters()
    // Another component of the page has removed them from the address.
    own.current = inAddress ?? own.current ?? returns.found
    if (!own.current) return undefined
    returns.found = own.current
    returns.holders++
    setFound(own.current)
    return () => {
      if (--returns.holders === 0) returns.found = null
    }
  }, [returns])
  const parameters = returned ? { sessionId: null, ...returned } : found
  const sessionId = parameters?.sessionId ?? null
  const enabled = sessionId !== null && account !== null
  const join = enabled ? billingJoin(context, account) : undefined
  const live = useJoin(join)
  const isLive = live.status === 'live'
  const query = useQuery({
    ...QUERY_DEFAULTS,
    queryKey: queryKey(scope, account ?? undefined, 'CheckoutReturn', sessionId),
    enabled,
    queryFn: async ({ signal }): Promise<CheckoutFields | null> => {
      await joins.ready(join!).catch(() => undefined)
      const options = { signal, account: account ?? undefined }
      const by = { providerReference: sessionId! }
      const confirmed = (await client.request(ConfirmCheckout, { by }, options)).confirmCheckout?.checkout
      if (confirmed && STATUS[confirmed.status]) return confirmed
      return (await client.request(CheckoutDocument, { by }, options)).checkout
    },
    refetchInterval: ({ state }) => (isLive || STATUS[state.data?.status ?? ''] ? false : POLL_MS),
  })
  const { error } = outcomeOf(query.error)
  const checkout = query.data ?? null
  return { status: statusOf(), checkout, error, isLive, refetch: query.refetch }

  function statusOf(): ReturnStatus {
    if (!parameters) return 'idle'
    if (parameters.status === 'cancel') return 'canceled'
    if (parameters.status === 'portal_return') return 'portal'
    if (sessionId === null || error?.code === 'NOT_FOUND' || query.data === null) return 'unknown'
    return STATUS[checkout?.status ?? ''] ?? 'confirming'
  }
}
