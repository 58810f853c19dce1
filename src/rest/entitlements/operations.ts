import { ANN, below, type RestOperation } from '../rest-operation.js'

/** Names that are not the GraphQL name in snake case. */
const NAMES = { 'CompedPlan.next': 'next_plan' }

const billing = below('/api/v1/billing', 'Billing', NAMES)
const entitlements = below('/api/v1/entitlements', 'Entitlements', NAMES)

/** Operations of entitlements with the same behavior over GraphQL and REST. */
export const entitlementsOperations: readonly RestOperation[] = [
  billing('comped-plans', 'listCompedPlans', 'AccountCompedPlans', ANN),
  entitlements(
    'set-terms',
    'setTerms',
    'SetTerms',
    {
      ...ANN,
      plan: 'pro',
      ends_at: '2100-01-01T00:00:00Z',
      reason: 'Partner of the conference',
      idempotency_key: 'terms-1',
    },
    { errors: ['ALREADY_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_PLAN'] },
  ),
  entitlements(
    'end-terms',
    'endTerms',
    'EndTerms',
    { ...ANN, plan: 'pro', reason: 'The conference is over', idempotency_key: 'terms-2' },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'] },
  ),
  entitlements('preview', 'previewUsage', 'PreviewUsage', {
    ...ANN,
    feature: 'ai_credits',
    work: { quantities: { input_tokens: 1200, output_tokens: 300 }, dimensions: { model: 'large' } },
  }),
  entitlements(
    'grant-credits',
    'grantCredits',
    'GrantCredits',
    {
      ...ANN,
      feature: 'ai_credits',
      amount: 10_000,
      valid_for_days: 365,
      reason: 'Paid: pi_1',
      idempotency_key: 'pi_1',
    },
    { errors: ['INVALID_AMOUNT', 'INVALID_PARAMETERS'] },
  ),
  entitlements(
    'revoke-credits',
    'revokeCredits',
    'RevokeCredits',
    { credit_grant_id: 'grt_1', reason: 'Refunded: re_1', idempotency_key: 're_1' },
    {
      errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'],
      names: { id: 'credit_grant_id', grantId: 'credit_grant_id' },
    },
  ),
  entitlements(
    'set-plan',
    'setPlan',
    'SetPlan',
    {
      ...ANN,
      plan: 'pro',
      from: '2026-01-01T00:00:00Z',
      to: '2100-02-01T00:00:00Z',
      source: 'sub_1',
      event_at: '2026-01-01T00:00:02Z',
      idempotency_key: 'evt_1',
    },
    { errors: ['ALREADY_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_PLAN'] },
  ),
  entitlements('token', 'createEntitlementsToken', 'EntitlementsToken', { ...ANN, ttl_seconds: 300 }),
  entitlements('seats', 'listSeats', 'Seats', ANN),
  entitlements(
    'assign-seat',
    'assignSeat',
    'AssignSeat',
    { ...ANN, feature: 'developer_seats', user_id: 'usr_1' },
    { errors: ['FEATURE_NOT_INCLUDED', 'LIMIT_REACHED', 'INVALID_PARAMETERS'] },
  ),
  entitlements(
    'unassign-seat',
    'unassignSeat',
    'UnassignSeat',
    { ...ANN, feature: 'developer_seats', user_id: 'usr_1' },
    { errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS'] },
  ),
  entitlements(
    'move-seat',
    'moveSeat',
    'MoveSeat',
    { ...ANN, feature: 'developer_seats', from_user_id: 'usr_1', to_user_id: 'usr_2' },
    {
      summary: 'Moves the seat of a user to a member without one, in one step.',
      errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS', 'INVALID_TRANSITION'],
    },
  ),
  entitlements('sub-accounts', 'listSubAccounts', 'Pools', ANN),
  entitlements(
    'set-parent',
    'setParentAccount',
    'SetParent',
    { account_id: 'person:auth0|ben', parent_id: 'person:auth0|ann' },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  entitlements('spend-caps', 'listSpendCaps', 'SpendCaps', ANN),
  entitlements(
    'set-spend-cap',
    'setSpendCap',
    'SetSpendCap',
    {
      ...ANN,
      feature: 'ai_credits',
      period: 'month',
      limit: { units: 5000 },
      alert_percents: [80, 100],
      idempotency_key: 'cap-month-1',
    },
    { errors: ['FEATURE_NOT_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'NO_OVERAGE_PRICE'] },
  ),
  entitlements('alerts', 'listAlerts', 'Alerts', ANN),
  entitlements(
    'set-alerts',
    'setAlerts',
    'SetAlerts',
    {
      ...ANN,
      feature: 'ai_credits',
      alerts: [{ basis: 'allowance', percent: 80 }, { basis: 'balance', units: 100 }, { basis: 'forecast' }],
      idempotency_key: 'alerts-1',
    },
    { errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS'] },
  ),
  entitlements(
    'remove-spend-cap',
    'removeSpendCap',
    'RemoveSpendCap',
    { id: 'cap_1', idempotency_key: 'remove-cap-1' },
    { errors: ['INVALID_TRANSITION'] },
  ),
]
