import { ANN, below, type RestOperation } from '../rest-operation.js'
import { CHECKOUT_ERRORS, PORTAL_ERRORS } from './seeds/errors.js'

/** Names that are not the GraphQL name in snake case. */
const NAMES = { 'AccountBilling.calendar': 'entries', 'Invoice.paymentUrl': 'pay_url', 'Invoice.url': 'hosted_url' }

const billing = below('/api/v1/billing', 'Billing', NAMES)

const PLAN_ERRORS = [
  'ALREADY_INCLUDED',
  'INVALID_AMOUNT',
  'INVALID_PLAN',
  'INVALID_PRICE',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'NOT_FOR_SALE',
  'NOT_SUPPORTED_BY_PROVIDER',
  'PAYMENT_FAILED',
  'PROVIDER_UNAVAILABLE',
  'SUBSCRIPTION_CONFLICT',
] as const

const PAUSE_ERRORS = [
  'INVALID_PARAMETERS',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'PAYMENT_FAILED',
  'SUBSCRIPTION_CONFLICT',
] as const

const TRIAL_ERRORS = [
  'INVALID_PARAMETERS',
  'INVALID_PLAN',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'NOT_SUPPORTED_BY_PROVIDER',
  'PROVIDER_UNAVAILABLE',
  'SUBSCRIPTION_CONFLICT',
] as const

/** Operations of plans, payments and top-ups with the same behavior over GraphQL and REST. */
export const billingOperations: readonly RestOperation[] = [
  billing('pending-plans', 'listPendingPlans', 'PendingPlans', ANN),
  billing('calendar', 'listCalendar', 'Calendar', ANN),
  billing('invoices', 'listInvoices', 'InvoiceTimelines', { ...ANN, statuses: ['open'] }),
  billing(
    'start-subscription',
    'startSubscription',
    'StartSubscription',
    { ...ANN, plan: 'plus', provider: 'stripe', user_email: 'ann@example.com', idempotency_key: 'start-1' },
    { errors: [...CHECKOUT_ERRORS, 'INVALID_EMAIL', 'PROVIDER_CHOICE_REQUIRED', 'RATE_LIMITED'] },
  ),
  billing('open-billing-portal', 'openBillingPortal', 'OpenBillingPortal', ANN, { errors: PORTAL_ERRORS }),
  billing('subscription', 'readSubscription', 'CurrentSubscription', ANN),
  billing(
    'preview-plan-change',
    'previewPlanChange',
    'PreviewPlanChange',
    { ...ANN, plan: 'individual' },
    { errors: PLAN_ERRORS },
  ),
  billing(
    'change-plan',
    'changePlan',
    'ChangePlan',
    { ...ANN, plan: 'individual', idempotency_key: 'change-1' },
    { errors: [...PLAN_ERRORS, 'RATE_LIMITED'] },
  ),
  billing(
    'preview-cancellation',
    'previewCancellation',
    'PreviewCancellation',
    { ...ANN, at: 'now' },
    { errors: ['INVALID_PARAMETERS', 'NO_ACTIVE_SUBSCRIPTION', 'PROVIDER_UNAVAILABLE'] },
  ),
  billing(
    'cancel-subscription',
    'cancelSubscription',
    'CancelSubscription',
    { ...ANN, reason: 'Too expensive', idempotency_key: 'cancel-1' },
    { errors: ['INVALID_PARAMETERS', 'NO_ACTIVE_SUBSCRIPTION', 'PROVIDER_UNAVAILABLE', 'RATE_LIMITED'] },
  ),
  billing(
    'preview-pause',
    'previewPause',
    'PreviewPause',
    { ...ANN, resumes_at: '2026-03-01T00:00:00Z' },
    { errors: PAUSE_ERRORS },
  ),
  billing(
    'pause-subscription',
    'pauseSubscription',
    'PauseSubscription',
    { ...ANN, resumes_at: '2026-03-01T00:00:00Z', idempotency_key: 'pause-1' },
    { errors: [...PAUSE_ERRORS, 'PROVIDER_UNAVAILABLE', 'RATE_LIMITED'] },
  ),
  billing('preview-resumption', 'previewResumption', 'PreviewResumption', ANN, {
    errors: [
      'ALREADY_INCLUDED',
      'INVALID_TRANSITION',
      'NO_ACTIVE_SUBSCRIPTION',
      'PROVIDER_UNAVAILABLE',
      'SUBSCRIPTION_CONFLICT',
    ],
  }),
  billing(
    'resume-subscription',
    'resumeSubscription',
    'ResumeSubscription',
    { ...ANN, idempotency_key: 'resume-1' },
    {
      errors: [
        'ALREADY_INCLUDED',
        'INVALID_TRANSITION',
        'NO_ACTIVE_SUBSCRIPTION',
        'NOT_SUPPORTED_BY_PROVIDER',
        'PAYMENT_FAILED',
        'PROVIDER_UNAVAILABLE',
        'SUBSCRIPTION_CONFLICT',
        'RATE_LIMITED',
      ],
    },
  ),
  billing(
    'preview-trial-extension',
    'previewTrialExtension',
    'PreviewTrialExtension',
    { ...ANN, trial_ends_at: '2026-12-01T00:00:00Z' },
    { errors: TRIAL_ERRORS },
  ),
  billing(
    'extend-trial',
    'extendTrial',
    'ExtendTrial',
    { ...ANN, trial_ends_at: '2026-12-01T00:00:00Z', reason: 'Waits for a review', idempotency_key: 'trial-1' },
    {
      errors: [...TRIAL_ERRORS, 'PAYMENT_FAILED', 'RATE_LIMITED'],
      names: { 'BillingSubscription.id': 'subscription_id' },
    },
  ),
  billing('negotiated-plans', 'listNegotiatedPlans', 'NegotiatedPlans', ANN),
  billing(
    'offer-negotiated-plan',
    'offerNegotiatedPlan',
    'OfferNegotiatedPlan',
    {
      ...ANN,
      plan: 'pro',
      price: { amount: '9.00', currency: 'USD' },
      interval: 'month',
      periods: 12,
      reason: 'Agreed by phone',
      idempotency_key: 'offer-1',
    },
    { errors: ['INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_PLAN', 'INVALID_PRICE', 'TOO_MANY_OBJECTS'] },
  ),
  billing(
    'withdraw-negotiated-plan',
    'withdrawNegotiatedPlan',
    'WithdrawNegotiatedPlan',
    { ...ANN, negotiated_plan_id: 'ngp_1', reason: 'Too late', idempotency_key: 'withdraw-1' },
    {
      errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'NOT_FOR_SALE', 'PROVIDER_UNAVAILABLE'],
      names: { id: 'negotiated_plan_id' },
    },
  ),
  billing('auto-top-ups', 'listAutoTopUps', 'AutoTopUps', ANN),
  billing('preview-auto-top-up', 'previewAutoTopUp', 'PreviewAutoTopUp', {
    ...ANN,
    package: 'credits_10k',
    threshold: 8000,
    max_per_month: 3,
  }),
  billing(
    'set-auto-top-up',
    'setAutoTopUp',
    'SetAutoTopUp',
    {
      ...ANN,
      package: 'credits_10k',
      threshold: 8000,
      max_per_month: 3,
      price: { amount: '5.00', currency: 'USD' },
      idempotency_key: 'top-up-1',
    },
    {
      errors: [
        'INVALID_AMOUNT',
        'INVALID_PRICE',
        'NOT_FOR_SALE',
        'NO_ACTIVE_SUBSCRIPTION',
        'NOT_SUPPORTED_BY_PROVIDER',
        'PAYMENT_FAILED',
        'PROVIDER_UNAVAILABLE',
      ],
    },
  ),
  billing(
    'remove-auto-top-up',
    'removeAutoTopUp',
    'RemoveAutoTopUp',
    { ...ANN, feature: 'ai_credits', idempotency_key: 'remove-top-up-1' },
    { errors: ['INVALID_TRANSITION'] },
  ),
]
