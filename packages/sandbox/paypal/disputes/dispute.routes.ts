import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import { notFound, unprocessable } from '../api/paypal-error.js'
import { route } from '../api/route.js'
import type { Dispute } from '../objects.js'
import { requirePermission } from '../permissions.js'
import { DISPUTE_PATH, showDispute } from './dispute.object.js'
import { closeDispute } from './transition-dispute.js'

const PAGE_SIZE = 10

const STATES: Record<Dispute['status'], string> = {
  WAITING_FOR_SELLER_RESPONSE: 'REQUIRED_ACTION',
  UNDER_REVIEW: 'UNDER_PAYPAL_REVIEW',
  RESOLVED: 'RESOLVED',
}

/** Disputes: list, retrieve, accept. */
export const disputeRoutes = [
  route('GET', DISPUTE_PATH, (world, { query }) => {
    requirePermission(world, 'disputes')
    const wanted = matching(world, query)
    const from =
      query['next_page_token'] === undefined ? 0 : Number(Buffer.from(query['next_page_token'], 'base64').toString())
    const size = Number(query['page_size'] ?? PAGE_SIZE)
    const more = from + size < wanted.length
    const { next_page_token: _token, ...same } = query
    const link = (rel: string, parameters: Record<string, string>) =>
      apiLink(world, rel, `${DISPUTE_PATH}?${new URLSearchParams(parameters).toString()}`)
    const next = Buffer.from(String(from + size)).toString('base64')
    return {
      status: 200,
      body: {
        items: wanted.slice(from, from + size).map((dispute) => brief(world, dispute)),
        links: [
          link('self', query),
          link('first', same),
          ...(more ? [link('next', { ...same, next_page_token: next })] : []),
        ],
      },
    }
  }),
  route('GET', `${DISPUTE_PATH}/:id`, (world, { ids }) => {
    requirePermission(world, 'disputes')
    return { status: 200, body: showDispute(world, need(world, ids['id'] ?? '')) }
  }),
  route('POST', `${DISPUTE_PATH}/:id/accept-claim`, (world, { ids }) => {
    requirePermission(world, 'disputes')
    const { id, status } = need(world, ids['id'] ?? '')
    if (status === 'RESOLVED')
      throw unprocessable({ issue: 'DISPUTE_ALREADY_RESOLVED', description: 'The dispute is already resolved.' })
    closeDispute(world, id, 'ACCEPTED')
    return { status: 200, body: { links: [apiLink(world, 'self', `${DISPUTE_PATH}/${id}`)] } }
  }),
]

function matching(world: SandboxState, query: Record<string, string>): Dispute[] {
  const time = (name: string, none: number) => (query[name] === undefined ? none : Date.parse(query[name]))
  const transaction = query['disputed_transaction_id']
  return world.store
    .newest('paypal.dispute')
    .filter(
      (one) =>
        (transaction === undefined || world.store.need('paypal.dispute_detail', one.id).capture === transaction) &&
        (query['dispute_state'] ?? STATES[one.status]) === STATES[one.status] &&
        Date.parse(one.create_time) >= Math.max(time('start_time', 0), time('create_time_after', 0)) &&
        Date.parse(one.create_time) <= time('create_time_before', Infinity) &&
        Date.parse(one.update_time) >= time('update_time_after', 0) &&
        Date.parse(one.update_time) <= time('update_time_before', Infinity),
    )
}

function brief(world: SandboxState, dispute: Dispute): object {
  const { disputed_transactions: _transactions, dispute_outcome: _outcome, ...shown } = showDispute(world, dispute)
  return { ...shown, dispute_state: STATES[dispute.status] }
}

function need(world: SandboxState, id: string): Dispute {
  const dispute = world.store.get('paypal.dispute', id)
  if (dispute === undefined) throw notFound()
  return dispute
}
