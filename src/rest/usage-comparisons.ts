import { z } from 'zod'
import type { RequestContext } from '../context/request-context.js'
import type { UsageDifferenceKind } from '../entities/billing/usage-comparison-account.entity.js'
import type { UsageComparisonRow } from '../entities/billing/usage-comparison.entity.js'
import { compareUsage } from '../services/billing/usage-comparisons/compare-usage.js'
import {
  endUsageComparison,
  type ComparisonBalances,
} from '../services/billing/usage-comparisons/end-usage-comparison.js'
import { previewUsageComparisonEnd } from '../services/billing/usage-comparisons/preview-usage-comparison-end.js'
import { startUsageComparison } from '../services/billing/usage-comparisons/start-usage-comparison.js'
import {
  comparisonNotFound,
  differencesOf,
  usageComparison,
  usageComparisons,
} from '../services/billing/usage-comparisons/usage-comparisons.js'
import { pageOf, pageRequest } from '../services/kernel/paging/page.js'
import { authenticate } from './authenticate.js'
import { account, feature, name, whole, workOf, workRequest } from './entitlement-requests.js'
import { idempotencyKey, moment, money, pageFields, text } from './field-types.js'
import { describeRoutes } from './openapi/route-description.js'
import {
  comparedUsesResponse,
  comparisonEndPreviewResponse,
  usageComparisonResponse,
  usageComparisonsResponse,
  usageDifferencesResponse,
} from './responses/usage-comparisons.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'
import { nextAfter } from './usage-batch-bodies.js'
import { comparisonBody, differenceBody, endEffectBody } from './usage-comparison-bodies.js'

const COMPARISONS_PER_PAGE = 20
const DIFFERENCES_PER_PAGE = 50
const BALANCES: readonly Lowercase<ComparisonBalances>[] = ['continue', 'discard']
const KINDS: readonly Lowercase<UsageDifferenceKind>[] = [
  'allowed_there',
  'denied_there',
  'units',
  'cost',
  'remaining',
  'reset',
]
const comparisonId = name.describe('ID of the comparison.')
const reason = text(10_000).describe('Reason, 1–500 characters.')

const startRequest = z.strictObject({
  name: text(1_000).describe('Name of the comparison, 1–200 characters.'),
  reason,
  account_ids: z.array(account).describe('Accounts, 1–500, by ID or reference. Each can be in one running comparison.'),
  idempotency_key: idempotencyKey,
})
const compareRequest = z.strictObject({
  uses: z
    .array(
      z.strictObject({
        account_id: account,
        feature,
        amount: whole.nullish().describe('Units. Required without `work`.'),
        work: workRequest.nullish(),
        used_at: moment
          .nullish()
          .describe('Time of the use, within the last 24 hours and after the start of the comparison. Default: now.'),
        key: z.string().describe('Key of the use, unique for the account in the comparison.'),
        allowed: z.boolean().describe('True if the other engine allowed the use.'),
        units: z.int().nullish().describe('Units or credits that the other engine charged. Default: not compared.'),
        cost: money
          .nullish()
          .describe('Cost that the other engine charged beyond the allowance. Default: not compared.'),
        remaining: z.int().nullish().describe('Units left in the other engine afterwards. Default: not compared.'),
        resets_at: moment.nullish().describe('Next reset in the other engine. Default: not compared.'),
      }),
    )
    .describe('Uses in the order in which they happened, at most 200.'),
})
const endRequest = z.strictObject({
  usage_comparison_id: comparisonId,
  reason,
  balances: z
    .enum(BALANCES)
    .describe('`continue` opens a batch with the usage that was counted. `discard` gives it no effect.'),
})
const readRequest = z.strictObject({ usage_comparison_id: comparisonId })
const differencesRequest = z.strictObject({
  usage_comparison_id: comparisonId,
  kinds: z.array(z.enum(KINDS)).nullish().describe('Kinds to return. Default: all.'),
  feature: text(200).nullish().describe('Code of the feature. Default: all features.'),
  account_id: text(200).nullish().describe('Account, by ID or reference. Default: all accounts of the comparison.'),
  ...pageFields(DIFFERENCES_PER_PAGE),
})
const previewEndRequest = z.strictObject({ usage_comparison_id: comparisonId, ...pageFields(DIFFERENCES_PER_PAGE) })
const listRequest = z.strictObject(pageFields(COMPARISONS_PER_PAGE))

/** Comparisons with other engines over REST: the same operations as in GraphQL. */
export function usageComparisonRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/usage-comparisons'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/start`,
      {
        schema: {
          operationId: 'startUsageComparison',
          summary: 'Starts a comparison of accounts with another engine.',
          description: 'Nothing is charged or consumed because of it. Requires an operator.',
          body: startRequest,
          example: {
            name: 'Switch from our counter',
            reason: 'Check plans and resets before the switch',
            account_ids: ['person:auth0|ann'],
            idempotency_key: 'switch-1',
          },
          response: { 200: usageComparisonResponse },
          errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const { account_ids: accountIds, idempotency_key: key, ...input } = body
        const outcome = await startUsageComparison(context, { ...input, accountIds, idempotencyKey: key })
        return 'kind' in outcome ? sendDenial(context, reply, outcome.denial) : comparisonBody(context, outcome)
      },
    )

    app.post(
      `${base}/compare`,
      {
        schema: {
          operationId: 'compareUsage',
          summary: 'Compares uses that another engine decided with the decisions of this server.',
          description: 'Nothing is consumed. Each use is compared, recognized by its key, or rejected.',
          body: compareRequest,
          example: {
            uses: [
              {
                account_id: 'person:auth0|ann',
                feature: 'ai_credits',
                amount: 20,
                key: 'run-4711',
                allowed: true,
                remaining: 980,
              },
            ],
          },
          response: { 200: comparedUsesResponse },
          errors: ['INVALID_PARAMETERS'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await compareUsage(
          context,
          body.uses.map(({ account_id: accountId, used_at: usedAt, resets_at: resetsAt, work, ...use }) => ({
            ...use,
            accountId,
            work: workOf(work),
            usedAt,
            resetsAt,
          })),
        )
        if ('kind' in outcome) return sendDenial(context, reply, outcome.denial)
        const { different, ...counts } = outcome
        return { ...counts, difference_count: different }
      },
    )

    app.post(
      `${base}/preview-end`,
      {
        schema: {
          operationId: 'previewUsageComparisonEnd',
          summary:
            'Returns the effect of ending a running comparison now with its counted usage, without recording anything.',
          description: 'The effect is that of `end` with `continue` and of closing its batch. Requires an operator.',
          body: previewEndRequest,
          example: { usage_comparison_id: 'ucp_1' },
          response: { 200: comparisonEndPreviewResponse },
          errors: ['INVALID_TRANSITION', 'TOO_MANY_OBJECTS', 'INVALID_CURSOR'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await previewUsageComparisonEnd(context, body.usage_comparison_id)
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        const { comparison, lineCount, deniedCount, effects } = outcome
        const shown = await pageOf(
          pageRequest(body, DIFFERENCES_PER_PAGE),
          `effects ${comparison.id}`,
          (effect) => [effect.accountId, effect.feature],
          effects,
        )
        return {
          comparison: await comparisonBody(context, comparison),
          line_count: lineCount,
          denied_count: deniedCount,
          effects: shown.items.map(endEffectBody),
          next_after: nextAfter(shown),
        }
      },
    )

    app.post(
      `${base}/end`,
      {
        schema: {
          operationId: 'endUsageComparison',
          summary: 'Ends a comparison. Later uses are rejected.',
          description:
            'Counted usage is added to an open batch, which is previewed and closed, or discarded. Requires an operator.',
          body: endRequest,
          example: { usage_comparison_id: 'ucp_1', reason: 'The engines agree', balances: 'continue' },
          response: { 200: usageComparisonResponse },
          errors: ['INVALID_PARAMETERS', 'TOO_MANY_OBJECTS'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await endUsageComparison(context, {
          usageComparisonId: body.usage_comparison_id,
          reason: body.reason,
          balances: body.balances.toUpperCase() as ComparisonBalances,
        })
        return 'kind' in outcome ? sendDenial(context, reply, outcome.denial) : comparisonBody(context, outcome)
      },
    )

    app.post(
      `${base}/read`,
      {
        schema: {
          operationId: 'readUsageComparison',
          summary: 'Returns a comparison with its totals by feature.',
          description: 'Requires an operator.',
          body: readRequest,
          example: { usage_comparison_id: 'ucp_1' },
          response: { 200: usageComparisonResponse },
        },
      },
      async ({ requestContext: context, body }) =>
        comparisonBody(context, await existing(context, body.usage_comparison_id)),
    )

    app.post(
      `${base}/differences`,
      {
        schema: {
          operationId: 'listUsageDifferences',
          summary: 'Returns uses of a comparison on which the engines differ, newest first.',
          description: 'Requires an operator.',
          body: differencesRequest,
          example: { usage_comparison_id: 'ucp_1', kinds: ['allowed_there', 'denied_there'] },
          response: { 200: usageDifferencesResponse },
          errors: ['INVALID_CURSOR'],
        },
      },
      async ({ requestContext: context, body }) => {
        const { id } = await existing(context, body.usage_comparison_id)
        const { kinds, feature: featureCode = null, account_id: accountId = null } = body
        const differences = await differencesOf(
          context,
          id,
          { kinds: kinds?.map((kind) => kind.toUpperCase() as UsageDifferenceKind) ?? null, featureCode, accountId },
          pageRequest(body, DIFFERENCES_PER_PAGE),
        )
        return { differences: differences.items.map(differenceBody), next_after: nextAfter(differences) }
      },
    )

    app.post(
      `${base}/list`,
      {
        schema: {
          operationId: 'listUsageComparisons',
          summary: 'Returns comparisons, newest first.',
          description: 'Requires an operator.',
          body: listRequest,
          example: {},
          response: { 200: usageComparisonsResponse },
          errors: ['INVALID_CURSOR'],
        },
      },
      async ({ requestContext: context, body }) => {
        const comparisons = await usageComparisons(context, pageRequest(body, COMPARISONS_PER_PAGE))
        return {
          comparisons: await Promise.all(comparisons.items.map((row) => comparisonBody(context, row))),
          next_after: nextAfter(comparisons),
        }
      },
    )
  }
}

async function existing(context: RequestContext, id: string): Promise<UsageComparisonRow> {
  const comparison = await usageComparison(context, id)
  if (!comparison) throw comparisonNotFound()
  return comparison
}
