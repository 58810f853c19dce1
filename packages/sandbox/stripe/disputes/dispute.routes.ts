import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { boolean, created, mergeMetadata, metadata, paging, text, unsupported } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { closeDispute, isOpen, updateDispute } from './transition-dispute.js'

const TEXTS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const

/** Evidence as text; files are missing. */
const evidence = z.strictObject(Object.fromEntries(TEXTS.map((name) => [name, text.optional()])))

/** Disputes: retrieve, list, bring evidence (and submit it), close. */
export const disputeRoutes = [
  route('GET', '/v1/disputes/:dispute', z.strictObject({}), (world, { path }) =>
    requireDispute(world, path['dispute'] ?? ''),
  ),
  route(
    'GET',
    '/v1/disputes',
    z.strictObject({ ...paging, created, charge: text.optional(), payment_intent: text.optional() }),
    (world, { input, url }) => {
      const disputes = world.store
        .newest('dispute')
        .filter(
          (one) =>
            (input.charge === undefined || idOf(one.charge) === input.charge) &&
            (input.payment_intent === undefined || idOf(one.payment_intent) === input.payment_intent) &&
            wasCreated(one, input.created),
        )
      return listPage(disputes, url, input)
    },
  ),
  route(
    'POST',
    '/v1/disputes/:dispute',
    z.strictObject({
      evidence: evidence.optional(),
      submit: boolean.default(true),
      metadata: metadata.optional(),
      intended_submission_method: unsupported,
    }),
    (world, { path, input }) => {
      const before = requireOpen(world, path['dispute'] ?? '')
      const updated = updateDispute(world, before.id, {
        metadata: mergeMetadata(before.metadata, input.metadata),
        ...(input.evidence === undefined ? {} : brought(before, input.evidence, input.submit)),
      })
      return input.evidence !== undefined && input.submit ? judge(world, updated) : updated
    },
  ),
  route('POST', '/v1/disputes/:dispute/close', z.strictObject({}), (world, { path }) =>
    closeDispute(world, requireOpen(world, path['dispute'] ?? '').id, 'lost'),
  ),
]

function brought(before: Stripe.Dispute, given: z.output<typeof evidence>, submit: boolean): Partial<Stripe.Dispute> {
  const inquiry = before.status.startsWith('warning')
  return {
    evidence: { ...before.evidence, ...given },
    evidence_details: {
      ...before.evidence_details,
      has_evidence: true,
      ...(submit
        ? { submission_count: before.evidence_details.submission_count + 1, submission_method: 'manual' as const }
        : {}),
    },
    ...(submit ? { status: inquiry ? 'warning_under_review' : 'under_review' } : {}),
  }
}

/** As in Stripe's test mode, the text of the evidence says how the bank will decide. */
function judge(world: SandboxState, dispute: Stripe.Dispute): Stripe.Dispute {
  const said = dispute.evidence.uncategorized_text
  if (said === 'winning_evidence') return closeDispute(world, dispute.id, 'won')
  if (said === 'losing_evidence') return closeDispute(world, dispute.id, 'lost')
  return dispute
}

function requireDispute(world: SandboxState, id: string): Stripe.Dispute {
  const dispute = world.store.get('dispute', id)
  if (dispute === undefined) throw missing('dispute', id, 'dispute')
  return dispute
}

function requireOpen(world: SandboxState, id: string): Stripe.Dispute {
  const dispute = requireDispute(world, id)
  if (!isOpen(dispute)) throw invalid('This dispute is already closed.', 'dispute', 'dispute_already_closed')
  return dispute
}
