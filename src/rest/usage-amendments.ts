import { z } from 'zod'
import type { UsageAmendmentRow } from '../entities/entitlements/usage-amendment.entity.js'
import type { RequestContext } from '../context/request-context.js'
import { amendUsage } from '../services/billing/usage-amendments/amend-usage.js'
import { listAmendments } from '../services/billing/usage-amendments/list-amendments.js'
import { previewUsageAmendment } from '../services/billing/usage-amendments/preview-usage-amendment.js'
import { returnedUnits } from '../services/billing/usage-amendments/returned-units.js'
import type { AmendmentOutcome } from '../services/billing/usage-amendments/run-amendment.js'
import { voidUsage } from '../services/billing/usage-amendments/void-usage.js'
import type { Deduction } from '../services/entitlements/usage/usage-operation.js'
import { positionalId } from '../services/kernel/ids/ids.js'
import { authenticate } from './authenticate.js'
import { denialBody, sourceBody } from './entitlement-bodies.js'
import { name, whole } from './entitlement-requests.js'
import { idempotencyKey, text } from './field-types.js'
import { describeRoutes } from './openapi/route-description.js'
import { amendmentPreviewResponse, amendmentResponse, amendmentsResponse } from './responses/usage-amendments.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const consumption = name.describe('ID of the consumption.')
const reason = text(10_000).describe('Reason, 1–500 characters. Members of the account can read it.')

const previewRequest = z.strictObject({
  consumption_id: consumption,
  amount: whole.describe('Units that would still count. 0 for all.'),
})
const amendRequest = z.strictObject({
  consumption_id: consumption,
  amount: whole.describe('Units that still count, from 0, fewer than now.'),
  reason,
  idempotency_key: idempotencyKey,
})
const voidRequest = amendRequest.omit({ amount: true })
const listRequest = z.strictObject({ consumption_id: consumption })

const AMENDMENT_ERRORS = [
  'FEATURE_NOT_INCLUDED',
  'INVALID_AMOUNT',
  'INVALID_PARAMETERS',
  'INVALID_TRANSITION',
  'IDEMPOTENCY_MISMATCH',
] as const

/** Amendments of usage over REST: the same operations as in GraphQL. */
export function usageAmendmentRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/preview-amendment`,
      {
        schema: {
          operationId: 'previewUsageAmendment',
          summary: 'Returns the effect of an amendment of usage without making it.',
          body: previewRequest,
          example: { consumption_id: 'csm_1', amount: 0 },
          response: { 200: amendmentPreviewResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const { consumption_id: consumptionId, amount } = body
        const { denial, returned, ...effect } = await previewUsageAmendment(context, { consumptionId, amount })
        return {
          allowed: denial === null,
          ...effectBody(effect, returned),
          invoice_effect: effect.invoiceEffect?.toLowerCase() ?? null,
          denial: denial && (await denialBody(context, denial)),
        }
      },
    )

    app.post(
      `${base}/amend`,
      {
        schema: {
          operationId: 'amendUsage',
          summary: 'Reduces the units of a consumption that count.',
          body: amendRequest,
          example: { consumption_id: 'csm_1', amount: 0, reason: 'Counted twice', idempotency_key: 'run-4711-amend' },
          response: { 200: amendmentResponse },
          errors: [...AMENDMENT_ERRORS],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const { amount, reason: given } = body
        const outcome = await amendUsage(context, { ...consumptionOf(body), amount, reason: given })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : done(context, outcome)
      },
    )

    app.post(
      `${base}/void`,
      {
        schema: {
          operationId: 'voidUsage',
          summary: 'Returns all units of a consumption.',
          body: voidRequest,
          example: { consumption_id: 'csm_1', reason: 'Counted twice', idempotency_key: 'run-4711-void' },
          response: { 200: amendmentResponse },
          errors: [...AMENDMENT_ERRORS],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await voidUsage(context, { ...consumptionOf(body), reason: body.reason })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : done(context, outcome)
      },
    )

    app.post(
      `${base}/amendments`,
      {
        schema: {
          operationId: 'listUsageAmendments',
          summary: 'Returns the amendments of a consumption.',
          body: listRequest,
          example: { consumption_id: 'csm_1' },
          response: { 200: amendmentsResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const { consumption_id: consumptionId } = body
        const { amount, remaining, amendments } = await listAmendments(context, consumptionId)
        return {
          consumption_id: consumptionId,
          amount,
          remaining,
          amendments: await Promise.all(amendments.map((row) => amendmentBody(context, row))),
        }
      },
    )
  }
}

const consumptionOf = (body: { readonly consumption_id: string; readonly idempotency_key: string }) => ({
  consumptionId: body.consumption_id,
  idempotencyKey: body.idempotency_key,
})

function done(context: RequestContext, { amendment }: Extract<AmendmentOutcome, { kind: 'amended' }>) {
  // The account was read before the change.
  context.clearLoaded()
  return amendmentBody(context, amendment)
}

async function amendmentBody(context: RequestContext, row: UsageAmendmentRow) {
  const { accountId, version, operationNo, consumptionVersion, consumptionOperationNo } = row
  const [entries, snapshot] = await Promise.all([
    context.loaders.operationEntries.load({ accountId, version, operationNo }),
    context.loaders.snapshots.load(accountId),
  ])
  return {
    id: row.id,
    consumption_id: positionalId('csm', accountId, consumptionVersion, consumptionOperationNo),
    feature: row.feature,
    ...effectBody(row, snapshot ? returnedUnits(context.catalog.current(), snapshot, entries) : []),
    remaining: row.remaining,
    invoice_effect: row.invoiceEffect.toLowerCase(),
    reason: row.reason,
    amended_by: row.amendedBy,
    at: row.at.toISOString(),
  }
}

const effectBody = (
  { amount, lost, debtReduced }: Pick<UsageAmendmentRow, 'amount' | 'lost' | 'debtReduced'>,
  returned: readonly Deduction[],
) => ({
  amount,
  returned: returned.map((unit) => ({ ...sourceBody(unit.source), amount: unit.amount })),
  lost,
  debt_reduced: debtReduced,
})
