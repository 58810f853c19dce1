import { z } from 'zod'
import { source } from './entitlements.js'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'

const BATCH_STATES = ['OPEN', 'CLOSING', 'CLOSED', 'REVERTING', 'REVERTED'] as const
const LINE_STATES = ['PENDING', 'APPLIED', 'DENIED', 'DISCARDED', 'REVERTED', 'NOT_REVERTED'] as const

const batch = {
  id: z.string(),
  name: z.string(),
  reason: z.string(),
  state: lowerCaseOf(...BATCH_STATES),
  opened_by: z.string().describe('Operator or service.'),
  created_at: time(),
  closed_by: z.string().nullable().describe('Operator or service. Null before.'),
  closed_at: time().nullable().describe('Time its last line had a result. Null before.'),
  reverted_by: z.string().nullable().describe('Operator or service. Null before.'),
  revert_reason: z.string().nullable(),
  reverted_at: time().nullable().describe('Time its last line was reverted. Null before.'),
  last_error: z.string().nullable().describe('Error of the last attempt, which is repeated.'),
  progress: z
    .strictObject({
      total: wholeNumber(),
      pending: wholeNumber(),
      applied: wholeNumber(),
      denied: wholeNumber(),
      discarded: wholeNumber(),
      reverted: wholeNumber(),
      not_reverted: wholeNumber(),
    })
    .describe('Number of lines by state.'),
}

export const usageBatchResponse = component(
  'UsageBatch',
  'Past usage that is recorded, and reverted, as a whole.',
  batch,
)

const code = z.string().describe('Code of the denial.')
const next = z.string().nullable().describe('Cursor of the next page. Null on the last page.')

export const usageBatchesResponse = component('UsageBatches', 'A page of batches, newest first.', {
  batches: list(usageBatchResponse),
  next_after: next,
})

export const batchAdditionResponse = component('UsageBatchAddition', 'Outcome per line.', {
  batch: usageBatchResponse,
  accepted: wholeNumber().describe('Number of lines that were added.'),
  duplicates: wholeNumber().describe('Number of lines that were added before under the same key.'),
  rejected: list(
    z.strictObject({ index: wholeNumber().describe('Index of the line, from 0.'), code, message: z.string() }),
  ),
})

export const batchLinesResponse = component('UsageBatchLines', 'A page of the lines of a batch.', {
  batch: usageBatchResponse,
  lines: list(
    z.strictObject({
      id: z.string(),
      key: z.string(),
      account_id: z.string(),
      feature: z.string(),
      amount: wholeNumber().nullable().describe('Units of the line. Null for work.'),
      user_id: z.string().nullable().describe('Member who used the units.'),
      used_at: time().nullable().describe('Time of the usage. Null if it counts when the batch is closed.'),
      state: lowerCaseOf(...LINE_STATES),
      consumption_id: z.string().nullable(),
      units: wholeNumber().nullable().describe('Units that were consumed.'),
      returned: wholeNumber().nullable().describe('Units that the reversal returned.'),
      lost: wholeNumber().nullable().describe('Returned units that cannot be used.'),
      denial: z
        .strictObject({ code, message: z.string() })
        .nullable()
        .describe('Reason why the line was denied or not reverted.'),
    }),
  ).describe('In the order in which they were added.'),
  next_after: next,
})

/** Fields of usage that would be recorded. */
export const recorded = {
  taken: list(z.strictObject({ ...source, amount: wholeNumber() })).describe('Units per source.'),
  overage: z
    .strictObject({ units: wholeNumber(), cost: z.string().describe('Decimal amount.'), currency: z.string() })
    .nullable()
    .describe('Units beyond the allowance with their cost. Null without cost.'),
  invoice_effect: lowerCaseOf('NONE', 'NEXT_REPORT', 'WINDOW_INVOICE'),
}

export const batchPreviewResponse = component('UsageBatchPreview', 'Effect of closing a batch now.', {
  batch: usageBatchResponse,
  line_count: wholeNumber(),
  denied_count: wholeNumber(),
  effects: list(
    z.strictObject({
      account_id: z.string(),
      feature: z.string(),
      line_count: wholeNumber(),
      denied_count: wholeNumber(),
      units: wholeNumber().describe('Units that would be consumed.'),
      ...recorded,
      denied: list(z.strictObject({ key: z.string(), code, message: z.string() })).describe(
        'The first 20 lines that would be denied.',
      ),
    }),
  ).describe('By account and feature.'),
  next_after: next,
})
