import { NOTICE_MAIL } from '#services/billing/notices/notice-mails.js'
import { PAYMENT_RETURNED_MAIL } from '#services/billing/model/payment-returned-mail.js'
import { PACK_RECEIPT_MAIL, RECEIPT_MAIL } from '#services/billing/model/receipt-mails.js'
import { TERM_ENDING_MAIL } from '#services/billing/negotiated-plans/term-ending-mail.js'
import { TOP_UP_LIMITED_MAIL, TOP_UP_PAID_MAIL, TOP_UP_STOPPED_MAIL } from '#services/billing/top-ups/top-up-mails.js'
import { ALERT_MAIL } from '#services/entitlements/alerts/alert-mail.js'
import type { PendingCrossing } from '#services/entitlements/alerts/handle-crossings.js'
import { COMP_ENDING_MAIL } from '#services/entitlements/plans/comp-notice.js'
import { INVITATION_MAIL } from '#services/identity/members/invitation-mail.js'
import { ENDPOINT_DISABLED_MAIL } from '#services/identity/webhooks/endpoint-disabled-mail.js'
import { PAYOUT_FAILED_MAIL, PAYOUT_MAIL } from '#services/marketplace/payouts/payout-mails.js'
import { REVIEW_MAIL } from '#services/marketplace/review/review-mail.js'
import { mailLocale, writeMail, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { MailReason, MailText } from '#services/kernel/mail/mail-template.js'
import { DELETION_MAIL } from '#services/ops/account-data/deletion-mail.js'
import { sayCosts } from '#services/billing/account-data/billing-deletion.js'
import type { Language } from '#entities/kernel/language.js'
import { ENGLISH } from '#services/kernel/text/readable.js'
import type { MessageName, Say } from '#services/kernel/text/say.js'

/** A mail with values, in a language. */
export interface SampleMail {
  readonly name: string
  readonly write: (language: Language) => MailText
  /** Writes it in English, and returns the names of its messages. */
  readonly messages: () => readonly MessageName[]
}

const URL = 'https://app.example/billing'

const sample = <Values>(
  name: string,
  texts: MailTexts<Values>,
  values: Values,
  reason: MailReason = 'PAYER',
): SampleMail => ({
  name,
  write: (language) =>
    writeMail(texts, values, {
      locale: mailLocale(language, null),
      url: URL,
      otherUrl: 'https://app.example/',
      reason,
    }),
  messages: () => {
    const said: MessageName[] = []
    const say: Say = (message, args) => (said.push(message), ENGLISH.say(message, args))
    texts(values, { ...ENGLISH, say })
    return said
  },
})

const until = new Date('2026-03-01T00:00:00Z')
const money = { amountMinor: 123_450, currency: 'USD' }
const invoice = {
  externalId: 'in_1',
  open: true,
  unpaid: true,
  actionRequired: false,
  amountDue: money,
  attempts: 2,
  nextAttemptAt: new Date('2026-02-20T00:00:00Z'),
  failedAt: null,
  payUrl: 'https://pay.example/in_1',
}
const notice = { key: 'k', planName: 'Plus', invoice: null, until }
const terms = { versionId: 'plv_1', code: 'plus', name: 'Plus', quantity: 1 }
const receipt = {
  name: 'Plus',
  quantity: 1,
  paid: money,
  taxMinor: 19_711,
  paidAt: new Date('2026-02-01T10:00:00Z'),
  number: '8C1M4RZ7TQ-0001',
  isOverage: false,
  hasPage: true,
}
const bill = {
  lines: [
    { name: 'Plus', quantity: 2, amountMinor: 100_000 },
    { name: 'Backups', quantity: 1, amountMinor: 15_000 },
  ],
  discountMinor: 11_261,
  addedTaxMinor: 19_711,
  creditMinor: 0,
  period: { start: new Date('2026-02-01T00:00:00Z'), end: until },
}
const payout = {
  ...money,
  method: 'STRIPE' as const,
  reference: null,
  createdAt: new Date('2026-02-01T10:00:00Z'),
}
const reviewed = {
  name: 'Plus',
  version: 2,
  reason: 'The image contains a password.\nRemove it, and read it from the environment.',
}
const crossing: PendingCrossing = {
  alertId: 'alr_1',
  key: 'k',
  basis: 'ALLOWANCE',
  action: 'NOTIFY',
  units: null,
  feature: 'ai_credits',
  isEnded: false,
  percent: 80,
  threshold: 1_600,
  base: 2_000,
  value: 1_700,
  forecast: null,
  windowStart: new Date('2026-02-01T00:00:00Z'),
  windowEnd: until,
  at: new Date('2026-02-20T12:00:00Z'),
  cap: null,
  holder: null,
}
const cap = { period: 'MONTH', setByOperator: false, currency: null, userId: null, subAccountId: null } as const
const alert = (kind: string, changed: Partial<PendingCrossing>): SampleMail =>
  sample(`alert: ${kind}`, ALERT_MAIL, { crossing: { ...crossing, ...changed }, name: 'AI credits' })

/** Every kind of mail, and each of their forms that differ in words. */
export const SAMPLE_MAILS: readonly SampleMail[] = [
  sample('payment failed', NOTICE_MAIL, { ...notice, kind: 'PAYMENT_FAILED', invoice }),
  sample('invoice overdue', NOTICE_MAIL, { ...notice, kind: 'PAYMENT_FAILED', invoice: { ...invoice, attempts: 0 } }),
  sample('last payment failed', NOTICE_MAIL, {
    ...notice,
    kind: 'PAYMENT_FAILED',
    invoice: { ...invoice, nextAttemptAt: null, payUrl: null },
    isPlan: false,
  }),
  sample('payment to confirm', NOTICE_MAIL, {
    ...notice,
    kind: 'PAYMENT_ACTION_REQUIRED',
    invoice,
  }),
  sample('trial ending', NOTICE_MAIL, { ...notice, kind: 'TRIAL_ENDING' }),
  sample('access ended', NOTICE_MAIL, { ...notice, kind: 'ACCESS_ENDED' }),
  sample('paused', NOTICE_MAIL, { ...notice, kind: 'PAUSED' }),
  sample('paused without an end', NOTICE_MAIL, { ...notice, kind: 'PAUSED', until: null }),
  sample('resumed', NOTICE_MAIL, { ...notice, kind: 'RESUMED' }),
  sample('payment recovered', NOTICE_MAIL, { ...notice, kind: 'PAYMENT_RECOVERED', invoice }),
  sample('plan changed', NOTICE_MAIL, {
    ...notice,
    kind: 'PLAN_CHANGED',
    change: { before: { ...terms, code: 'basic', name: 'Basic' }, after: terms },
  }),
  sample('quantity changed', NOTICE_MAIL, {
    ...notice,
    kind: 'PLAN_CHANGED',
    change: { before: terms, after: { ...terms, quantity: 12 } },
  }),
  sample('receipt', RECEIPT_MAIL, { ...receipt, bill, method: 'Visa •••• 4242' }),
  sample('receipt of one line', RECEIPT_MAIL, {
    ...receipt,
    bill: { ...bill, lines: bill.lines.slice(0, 1), discountMinor: 0 },
  }),
  sample('receipt of overage', RECEIPT_MAIL, { ...receipt, isOverage: true, hasPage: false }),
  sample('pack bought', PACK_RECEIPT_MAIL, { ...receipt, name: '100 AI credits', quantity: 3 }),
  sample('payment returned', PAYMENT_RETURNED_MAIL, { name: 'Plus', money, reason: 'paid twice' }),
  sample('negotiated price ending', TERM_ENDING_MAIL, {
    plan: 'Plus',
    endsAt: until,
    before: { money, interval: 'MONTH' },
    after: { money, interval: '6_MONTHS' },
  }),
  sample('top-up stopped', TOP_UP_STOPPED_MAIL, { name: 'AI credits', reason: 'DECLINED' }),
  sample('top-up limited', TOP_UP_LIMITED_MAIL, { name: 'AI credits', until }),
  sample('top-up paid', TOP_UP_PAID_MAIL, { ...receipt, name: '100 AI credits' }),
  alert('allowance', {}),
  alert('level', { percent: null }),
  alert('beyond the allowance', { percent: 100, value: 2_300 }),
  alert('without a limit', { percent: null, base: null }),
  alert('forecast', { forecast: 2_600 }),
  alert('balance', { basis: 'BALANCE', percent: null, value: 12 }),
  alert('part of a balance', { basis: 'BALANCE', value: 12 }),
  alert('cap', { basis: 'CAP', cap }),
  alert('cap of a member', { basis: 'CAP', percent: 100, value: 2_300, cap, holder: 'Ann' }),
  alert('cap in money', { basis: 'CAP', percent: 100, value: 2_000, cap: { ...cap, currency: 'USD', period: 'DAY' } }),
  sample('complimentary plan ending', COMP_ENDING_MAIL, { plan: 'Plus', next: 'Free', until }),
  sample(
    'invitation',
    INVITATION_MAIL,
    {
      account: 'Northwind Labs',
      inviter: 'ann@example.com',
      role: 'ADMIN',
      expiresAt: until,
    },
    'INVITED',
  ),
  sample(
    'endpoint disabled',
    ENDPOINT_DISABLED_MAIL,
    { url: 'https://hooks.example.com/stackgate', isGone: false },
    'MANAGER',
  ),
  sample('template approved', REVIEW_MAIL, { ...reviewed, decision: 'APPROVED', reason: null }),
  sample('template to change', REVIEW_MAIL, { ...reviewed, decision: 'NEEDS_CHANGES' }),
  sample('template rejected', REVIEW_MAIL, { ...reviewed, decision: 'REJECTED' }),
  sample('payout', PAYOUT_MAIL, payout, 'MANAGER'),
  sample('payout by hand', PAYOUT_MAIL, { ...payout, method: 'MANUAL', reference: 'SEPA 2026-02' }),
  sample('payout failed', PAYOUT_FAILED_MAIL, payout),
  sample('deletion', DELETION_MAIL, {
    name: 'Northwind Labs',
    runAt: until,
    costs: [sayCosts(money, [])],
  }),
]
