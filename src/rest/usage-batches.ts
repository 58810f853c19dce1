import { z } from 'zod'
import { addToUsageBatch } from '../services/billing/usage-batches/add-to-usage-batch.js'
import { batchNotFound } from '../services/billing/usage-batches/batch-access.js'
import { usageBatch } from '../services/billing/usage-batches/usage-batch.js'
import { linesOfBatch, usageBatches } from '../services/billing/usage-batches/usage-batches.js'
import { closeUsageBatch } from '../services/billing/usage-batches/close-usage-batch.js'
import { openUsageBatch } from '../services/billing/usage-batches/open-usage-batch.js'
import { previewUsageBatch } from '../services/billing/usage-batches/preview-usage-batch.js'
import { revertUsageBatch } from '../services/billing/usage-batches/revert-usage-batch.js'
import type { Denied } from '../services/kernel/idempotency/idempotent-mutation.js'
import { pageOf, pageRequest } from '../services/kernel/paging/page.js'
import { authenticate } from './authenticate.js'
import { account, feature, name, user, whole, workOf, workRequest } from './entitlement-requests.js'
import { idempotencyKey, moment, pageFields, text } from './field-types.js'
import { describeRoutes } from './openapi/route-description.js'
import {
  batchAdditionResponse,
  batchLinesResponse,
  batchPreviewResponse,
  usageBatchesResponse,
  usageBatchResponse,
} from './responses/usage-batches.js'
import { snakeCase, type RestPath } from './denial-body.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'
import { batchBody, batchEffectBody, batchLineBody, nextAfter } from './usage-batch-bodies.js'

const PAGE_SIZE = 50
const batchId = name.describe('ID of the batch.')
const reason = text(10_000).describe('Reason, 1–500 characters.')
const page = pageFields(PAGE_SIZE)

const openRequest = z.strictObject({
  name: text(1_000).describe('Name of the batch, 1–200 characters.'),
  reason,
  idempotency_key: idempotencyKey,
})
const addRequest = z.strictObject({
  batch_id: batchId,
  lines: z
    .array(
      z.strictObject({
        account_id: account,
        feature,
        amount: whole.nullish().describe('Units. Required without `work`.'),
        work: workRequest.nullish(),
        user_id: user,
        used_at: moment.nullish().describe('Time of the usage. Default: the time at which the batch is closed.'),
        key: z.string().describe('Key of the line, unique for the account in the batch.'),
      }),
    )
    .describe('Lines, at most 500.'),
})
const batchRequest = z.strictObject({ batch_id: batchId })
const pageOfBatchRequest = z.strictObject({ batch_id: batchId, ...page })
const revertRequest = z.strictObject({ batch_id: batchId, reason })
const listRequest = z.strictObject(page)

/** Batches of past usage over REST: the same operations as in GraphQL. */
export function usageBatchRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/usage-batches'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/open`,
      {
        schema: {
          operationId: 'openUsageBatch',
          summary: 'Opens a batch for past usage. Nothing counts before it is closed.',
          body: openRequest,
          example: { name: 'March', reason: 'The meter was down', idempotency_key: 'backfill-march' },
          response: { 200: usageBatchResponse },
          errors: ['INVALID_PARAMETERS', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const { idempotency_key: key, ...input } = body
        const outcome = await openUsageBatch(context, { ...input, idempotencyKey: key })
        return isDenied(outcome) ? sendDenial(context, reply, outcome.denial, restPath) : batchBody(context, outcome)
      },
    )

    app.post(
      `${base}/add`,
      {
        schema: {
          operationId: 'addToUsageBatch',
          summary: 'Adds lines to an open batch. Each line is added, recognized by its key, or rejected.',
          body: addRequest,
          example: {
            batch_id: 'ubt_1',
            lines: [{ account_id: 'person:auth0|ann', feature: 'ai_credits', amount: 250, key: 'run-4711' }],
          },
          response: { 200: batchAdditionResponse },
          errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'TOO_MANY_OBJECTS'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await addToUsageBatch(context, {
          usageBatchId: body.batch_id,
          lines: body.lines.map(({ account_id: accountId, user_id: userId, used_at: usedAt, work, ...line }) => ({
            ...line,
            accountId,
            work: workOf(work),
            userId,
            usedAt,
          })),
        })
        if (isDenied(outcome)) return sendDenial(context, reply, outcome.denial, restPath)
        return { ...outcome, batch: await batchBody(context, outcome.batch) }
      },
    )

    app.post(
      `${base}/preview`,
      {
        schema: {
          operationId: 'previewUsageBatch',
          summary: 'Returns the effect of closing an open batch now, without recording anything.',
          body: pageOfBatchRequest,
          example: { batch_id: 'ubt_1' },
          response: { 200: batchPreviewResponse },
          errors: ['INVALID_TRANSITION', 'INVALID_PARAMETERS', 'INVALID_CURSOR'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await previewUsageBatch(context, body.batch_id)
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial, restPath)
        const { batch, lineCount, deniedCount, effects } = outcome
        const shown = await pageOf(
          pageRequest(body, PAGE_SIZE),
          `effects ${batch.id}`,
          (effect) => [effect.accountId, effect.feature],
          effects,
        )
        return {
          batch: await batchBody(context, batch),
          line_count: lineCount,
          denied_count: deniedCount,
          effects: shown.items.map(batchEffectBody),
          next_after: nextAfter(shown),
        }
      },
    )

    app.post(
      `${base}/close`,
      {
        schema: {
          operationId: 'closeUsageBatch',
          summary: 'Closes a batch: its lines are applied in the background, each once.',
          body: batchRequest,
          example: { batch_id: 'ubt_1' },
          response: { 200: usageBatchResponse },
          errors: ['INVALID_TRANSITION'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await closeUsageBatch(context, body.batch_id)
        return isDenied(outcome) ? sendDenial(context, reply, outcome.denial, restPath) : batchBody(context, outcome)
      },
    )

    app.post(
      `${base}/revert`,
      {
        schema: {
          operationId: 'revertUsageBatch',
          summary: 'Reverts a closed batch: the units of its lines are returned in the background.',
          description: 'Lines of an open batch are discarded. Members of the accounts can read the reason.',
          body: revertRequest,
          example: { batch_id: 'ubt_1', reason: 'Wrong month' },
          response: { 200: usageBatchResponse },
          errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await revertUsageBatch(context, { usageBatchId: body.batch_id, reason: body.reason })
        return isDenied(outcome) ? sendDenial(context, reply, outcome.denial, restPath) : batchBody(context, outcome)
      },
    )

    app.post(
      `${base}/lines`,
      {
        schema: {
          operationId: 'listUsageBatchLines',
          summary: 'Returns a batch with a page of its lines and their results.',
          body: pageOfBatchRequest,
          example: { batch_id: 'ubt_1' },
          response: { 200: batchLinesResponse },
          errors: ['INVALID_PARAMETERS', 'INVALID_CURSOR'],
        },
      },
      async ({ requestContext: context, body }) => {
        const batch = await usageBatch(context, body.batch_id)
        if (!batch) throw batchNotFound()
        const lines = await linesOfBatch(context.database, batch.id, null, pageRequest(body, PAGE_SIZE))
        return {
          batch: await batchBody(context, batch),
          lines: lines.items.map(batchLineBody),
          next_after: nextAfter(lines),
        }
      },
    )

    app.post(
      `${base}/list`,
      {
        schema: {
          operationId: 'listUsageBatches',
          summary: 'Returns batches, newest first.',
          body: listRequest,
          example: {},
          response: { 200: usageBatchesResponse },
          errors: ['INVALID_PARAMETERS', 'INVALID_CURSOR'],
        },
      },
      async ({ requestContext: context, body }) => {
        const batches = await usageBatches(context, null, pageRequest(body, PAGE_SIZE))
        return {
          batches: await Promise.all(batches.items.map((row) => batchBody(context, row))),
          next_after: nextAfter(batches),
        }
      },
    )
  }
}

/** The routes name the batch `batch_id`. */
const restPath: RestPath = (path) => snakeCase(path.map((part) => (part === 'usageBatchId' ? 'batchId' : part)))

const isDenied = (outcome: object): outcome is Denied => 'kind' in outcome && outcome.kind === 'denied'
