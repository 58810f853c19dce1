import { account, price } from './support.js'

export { account } from './support.js'

export const checkout = {
  id: 'chk_1',
  providerReference: 'cs_1',
  url: 'https://pay.example/cs_1',
  status: 'OPEN',
  product: { id: 'p', type: 'PLAN', code: 'pro', name: 'Pro', externalId: null },
}

export const plan = (code: string, changes: object = {}) => ({
  id: code,
  code,
  name: code,
  description: null,
  rank: 0,
  bullets: [],
  prices: [] as object[],
  features: [],
  offer: { action: 'CURRENT', amountNow: null, effectiveAt: null, denial: null },
  ...changes,
})

export const plans = {
  plans: [
    plan('free', { name: 'Free', bullets: ['100 messages'] }),
    plan('pro', {
      name: 'Pro',
      description: 'For a whole community.',
      bullets: ['10,000 messages', 'Support'],
      prices: [price('$19.00'), price('$190.00', 'YEAR')],
      offer: { action: 'UPGRADE', amountNow: { formatted: '$19.00' }, effectiveAt: null, denial: null },
    }),
  ],
}

export const subscribed = (billing: object = {}) =>
  account(
    { plan: { startsAt: null, endsAt: null, planVersion: { plan: { id: 'p', code: 'pro', name: 'Pro' } } } },
    { status: 'active', currentPeriodEnd: '2026-02-15T00:00:00Z', portalAvailable: true, ...billing },
  )

export const listOf = (name: string, ...nodes: object[]) => ({
  account: { id: 'acc_1', billing: { [name]: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } } },
})

export const invoice = () => ({
  id: 'inv_1',
  number: 'INV-1',
  status: 'PAID',
  createdAt: '2026-01-15T00:00:00Z',
  total: { currency: 'USD', decimal: '19.00', formatted: '$19.00' },
  paymentUrl: null,
  url: 'https://pay.example/inv_1',
  pdfUrl: 'https://pay.example/inv_1.pdf',
  lines: { nodes: [] },
})

export const command = () => ({
  id: 'cmd_1',
  type: 'restart_app',
  appCode: 'web',
  status: 'QUEUED',
  createdAt: '2026-01-15T10:00:00Z',
  createdBy: { id: 'u', name: 'Ann', email: 'ann@example.com' },
  error: null,
})

const money = (formatted: string) => ({ currency: 'USD', decimal: formatted.replace('$', ''), formatted })

export const planChangePreview = () => ({
  previewPlanChange: {
    denial: null,
    dueNow: money('$19.00'),
    nextAmount: money('$39.00'),
    nextDate: '2026-02-15T00:00:00Z',
    effectiveAt: '2026-01-20T00:00:00Z',
    beginsPeriod: false,
    lines: [{ description: 'Pro', money: money('$19.00'), discount: null }],
  },
})
