import { z } from 'zod'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'
import { money } from './money.js'
import { recorded } from './usage-batches.js'

const KINDS = ['ALLOWED_THERE', 'DENIED_THERE', 'UNITS', 'COST', 'REMAINING', 'RESET'] as const

const code = z.string().describe('Code of the denial.')
const next = z.string().nullable().describe('Cursor of the next page. Null on the last page.')
const kind = lowerCaseOf(...KINDS)
const uncovered = wholeNumber().describe('Units that the other engine allowed and that were not available here.')

export const usageComparisonResponse = component(
  'UsageComparison',
  'Comparison of the decisions of another engine with those of this server.',
  {
    id: z.string(),
    name: z.string(),
    reason: z.string(),
    started_by: z.string().describe('Operator.'),
    started_at: time(),
    ended_by: z.string().nullable().describe('Operator. Null while it runs.'),
    end_reason: z.string().nullable(),
    ended_at: time().nullable().describe('Null while it runs.'),
    usage_batch_id: z
      .string()
      .nullable()
      .describe('ID of the batch with the usage that was counted. Null while it runs, and without such usage.'),
    account_count: wholeNumber(),
    totals: list(
      z.strictObject({
        feature: z.string(),
        compared: wholeNumber().describe('Number of compared uses.'),
        equal: wholeNumber().describe('Number of uses on which the engines agree.'),
        uncovered_units: uncovered,
        differences: list(z.strictObject({ kind, count: wholeNumber() })).describe(
          'Number of uses by kind. A use can have several kinds.',
        ),
      }),
    ).describe('Compared uses by feature.'),
  },
)

export const usageComparisonsResponse = component('UsageComparisons', 'A page of comparisons, newest first.', {
  comparisons: list(usageComparisonResponse),
  next_after: next,
})

export const comparedUsesResponse = component('ComparedUses', 'Outcome per use.', {
  accepted: wholeNumber().describe('Number of uses that were compared.'),
  duplicates: wholeNumber().describe('Number of uses that were compared before under the same key.'),
  difference_count: wholeNumber().describe('Number of accepted uses with a difference.'),
  rejected: list(
    z.strictObject({ index: wholeNumber().describe('Index of the use, from 0.'), code, message: z.string() }),
  ),
})

const decision = component('ComparedDecision', 'Decision of one engine on a use.', {
  allowed: z.boolean(),
  units: wholeNumber().nullable().describe('Units or credits that it cost. Null if it was denied or not stated.'),
  cost: money.nullable().describe('Cost beyond the allowance. Null without cost, and if it was not stated.'),
  remaining: wholeNumber().nullable().describe('Units left afterwards. Null if unlimited or not stated.'),
  resets_at: time().nullable().describe('Time of the next reset. Null without one, and if it was not stated.'),
  denial: z
    .strictObject({ code, message: z.string() })
    .nullable()
    .describe('Null if allowed, and for the other engine.'),
})

export const usageDifferencesResponse = component(
  'UsageDifferences',
  'A page of the uses on which the engines of a comparison differ.',
  {
    differences: list(
      z.strictObject({
        id: z.string(),
        key: z.string(),
        account_id: z.string(),
        feature: z.string(),
        used_at: time(),
        kinds: list(kind).describe('At least one.'),
        theirs: decision,
        ours: decision,
        uncovered_units: uncovered,
      }),
    ).describe('Newest first.'),
    next_after: next,
  },
)

export const comparisonEndPreviewResponse = component(
  'UsageComparisonEndPreview',
  'Effect of ending a comparison now with its counted usage, and of closing its batch.',
  {
    comparison: usageComparisonResponse,
    line_count: wholeNumber().describe('Lines of the batch. Without lines, no batch is opened.'),
    denied_count: wholeNumber(),
    effects: list(
      z.strictObject({
        account_id: z.string(),
        feature: z.string(),
        carried_units: wholeNumber().describe('Counted units that still count. They are one line of the batch.'),
        units: wholeNumber().describe('Units that would be consumed: all of the line, or 0 if it would be denied.'),
        remaining_before: wholeNumber().nullable().describe('Remaining units now. Null if unlimited.'),
        remaining_after: wholeNumber().nullable().describe('Remaining units afterwards. Null if unlimited.'),
        ...recorded,
        denial: z.strictObject({ code, message: z.string() }).nullable().describe('Null if it would be consumed.'),
      }),
    ).describe('By account and feature.'),
    next_after: next,
  },
)
