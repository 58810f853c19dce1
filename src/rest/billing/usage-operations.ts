import { ANN, below, type RestOperation } from '../rest-operation.js'

/** Names that are not the GraphQL name in snake case. */
const NAMES = {
  'UsageReportPayload.acceptedCount': 'accepted',
  'UsageReportPayload.duplicateCount': 'duplicates',
  'UsageComparisonTotal.comparedCount': 'compared',
  'UsageComparisonTotal.equalCount': 'equal',
}
const BATCH = { usageBatchId: 'batch_id', id: 'batch_id' }
const CONSUMPTION = { id: 'consumption_id' }
const COMPARISON = { id: 'usage_comparison_id' }

const entitlements = below('/api/v1/entitlements', 'Entitlements', NAMES)
const batches = below('/api/v1/usage-batches', 'Entitlements', NAMES)
const comparisons = below('/api/v1/usage-comparisons', 'Entitlements', NAMES)

const AMENDMENT_ERRORS = ['FEATURE_NOT_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_TRANSITION'] as const

/** Amendments, batches and comparisons of usage, with the same behavior over GraphQL and REST. */
export const usageOperations: readonly RestOperation[] = [
  entitlements('preview-amendment', 'previewUsageAmendment', 'PreviewUsageAmendment', {
    consumption_id: 'csm_1',
    amount: 0,
  }),
  entitlements(
    'amend',
    'amendUsage',
    'AmendUsage',
    { consumption_id: 'csm_1', amount: 0, reason: 'Counted twice', idempotency_key: 'run-4711-amend' },
    { errors: AMENDMENT_ERRORS, names: CONSUMPTION },
  ),
  entitlements(
    'void',
    'voidUsage',
    'VoidUsage',
    { consumption_id: 'csm_1', reason: 'Counted twice', idempotency_key: 'run-4711-void' },
    {
      summary: 'Voids a consumption, by counter-entries in the ledger.',
      errors: AMENDMENT_ERRORS,
      names: CONSUMPTION,
    },
  ),
  entitlements(
    'amendments',
    'listUsageAmendments',
    'ConsumptionAmendments',
    { consumption_id: 'csm_1' },
    { names: { 'Consumption.id': 'consumption_id' } },
  ),
  batches(
    'open',
    'openUsageBatch',
    'OpenUsageBatch',
    { name: 'March', reason: 'The meter was down', idempotency_key: 'backfill-march' },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  batches(
    'add',
    'addToUsageBatch',
    'AddToUsageBatch',
    { batch_id: 'ubt_1', lines: [{ ...ANN, feature: 'ai_credits', amount: 250, key: 'run-4711' }] },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'TOO_MANY_OBJECTS'], names: BATCH },
  ),
  batches(
    'preview',
    'previewUsageBatch',
    'PreviewUsageBatch',
    { batch_id: 'ubt_1' },
    { errors: ['INVALID_TRANSITION', 'INVALID_PARAMETERS'], names: BATCH },
  ),
  batches(
    'close',
    'closeUsageBatch',
    'CloseUsageBatch',
    { batch_id: 'ubt_1' },
    { errors: ['INVALID_TRANSITION'], names: BATCH },
  ),
  batches(
    'revert',
    'revertUsageBatch',
    'RevertUsageBatch',
    { batch_id: 'ubt_1', reason: 'Wrong month' },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'], names: BATCH },
  ),
  batches(
    'lines',
    'listUsageBatchLines',
    'UsageBatch',
    { batch_id: 'ubt_1' },
    { errors: ['INVALID_PARAMETERS'], names: BATCH, within: 'batch' },
  ),
  batches(
    'list',
    'listUsageBatches',
    'UsageBatches',
    {},
    { errors: ['INVALID_PARAMETERS'], names: { 'Query.usageBatches': 'batches' } },
  ),
  comparisons(
    'start',
    'startUsageComparison',
    'StartUsageComparison',
    {
      name: 'Switch from our counter',
      reason: 'Check plans and resets before the switch',
      account_ids: ['person:auth0|ann'],
      idempotency_key: 'switch-1',
    },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'] },
  ),
  comparisons(
    'compare',
    'compareUsage',
    'CompareUsage',
    { uses: [{ ...ANN, feature: 'ai_credits', amount: 20, key: 'run-4711', allowed: true, remaining: 980 }] },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  comparisons(
    'preview-end',
    'previewUsageComparisonEnd',
    'PreviewUsageComparisonEnd',
    { usage_comparison_id: 'ucp_1' },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'TOO_MANY_OBJECTS'] },
  ),
  comparisons(
    'end',
    'endUsageComparison',
    'EndUsageComparison',
    { usage_comparison_id: 'ucp_1', reason: 'The engines agree', balances: 'continue' },
    { errors: ['INVALID_PARAMETERS', 'TOO_MANY_OBJECTS'], names: COMPARISON },
  ),
  comparisons(
    'read',
    'readUsageComparison',
    'UsageComparison',
    { usage_comparison_id: 'ucp_1' },
    { names: COMPARISON },
  ),
  comparisons(
    'differences',
    'listUsageDifferences',
    'UsageDifferences',
    { usage_comparison_id: 'ucp_1', kinds: ['allowed_there', 'denied_there'] },
    {
      summary: 'Returns the differences that a comparison with another engine found.',
      names: { 'UsageComparison.id': 'usage_comparison_id' },
    },
  ),
  comparisons(
    'list',
    'listUsageComparisons',
    'UsageComparisons',
    {},
    { names: { 'Query.usageComparisons': 'comparisons' } },
  ),
]
