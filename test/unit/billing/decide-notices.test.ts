import { decideNotices, type NoticeInput } from '#services/billing/notices/decide-notices.js'
import { NOTICE_MAIL, payUrl } from '#services/billing/notices/notice-mails.js'
import { writeMail } from '#services/kernel/mail/mail-texts.js'
import { decideGrace } from '#services/billing/subscriptions/decide-subscription.js'

const now = new Date('2026-02-15T11:00:00Z')
const grace = new Date('2026-02-22T11:00:00Z')
const invoice = {
  externalId: 'in_1',
  open: true,
  unpaid: true,
  actionRequired: false,
  amountDue: { amountMinor: 2000, currency: 'USD' },
  attempts: 2,
  failedAt: null,
  nextAttemptAt: new Date('2026-02-18T11:00:00Z'),
  payUrl: 'https://pay.example/in_1',
}
const input = (changed: Partial<NoticeInput>): NoticeInput => ({
  was: 'ACTIVE',
  status: 'ACTIVE',
  invoice: null,
  graceUntil: null,
  trialEnd: null,
  cancelAt: null,
  now,
  ...changed,
})

describe('Billing notices', () => {
  const trialEnd = new Date('2026-02-18T11:00:00Z')
  const cases: [string, Partial<NoticeInput>, [string, string][]][] = [
    ['nothing while all is well', { invoice: { ...invoice, open: false } }, []],
    ['each failed attempt', { status: 'PAST_DUE', invoice, graceUntil: grace }, [['PAYMENT_FAILED', 'in_1:2']]],
    [
      'the last attempt, with which it ended',
      { was: 'PAST_DUE', status: 'CANCELED', invoice },
      [['PAYMENT_FAILED', 'in_1:2']],
    ],
    ['nothing of a debt that was never tried', { status: 'PAST_DUE', invoice: { ...invoice, attempts: 0 } }, []],
    ['nothing of an upgrade that waits to be paid', { invoice }, []],
    [
      'that the bank asks',
      { status: 'PAST_DUE', invoice: { ...invoice, actionRequired: true } },
      [['PAYMENT_ACTION_REQUIRED', 'in_1:2']],
    ],
    [
      'that it is paid, and no more',
      { was: 'PAST_DUE', invoice: { ...invoice, open: false } },
      [['PAYMENT_RECOVERED', 'in_1']],
    ],
    ['that the trial ends in three days', { status: 'TRIALING', trialEnd }, [['TRIAL_ENDING', trialEnd.toISOString()]]],
    ['nothing of a trial that has long to go', { status: 'TRIALING', trialEnd: new Date('2026-03-01T00:00:00Z') }, []],
    ['nothing of a trial that was cancelled', { status: 'TRIALING', trialEnd, cancelAt: trialEnd }, []],
  ]
  it.each(cases)('%s', (_what, changed, expected) => {
    expect(decideNotices(input(changed)).map(({ kind, key }) => [kind, key])).toEqual(expected)
  })

  const paidOnce = { graceDays: 7, everPaid: true }

  it('start no grace period after a first payment that never succeeded', () => {
    const before = { status: 'ACTIVE', graceUntil: null, accessEndedAt: null } as const
    const never = { graceDays: 7, everPaid: false }
    expect(decideGrace(before, 'PAST_DUE', now, never)).toEqual({ graceUntil: now, accessEndedAt: null })
  })

  it('start the grace period at the first failure without prolonging it', () => {
    const first = decideGrace({ status: 'ACTIVE', graceUntil: null, accessEndedAt: null }, 'PAST_DUE', now, paidOnce)
    expect(first).toEqual({ graceUntil: grace, accessEndedAt: null })
    const later = new Date('2026-02-18T11:00:00Z')
    expect(decideGrace({ status: 'PAST_DUE', ...first }, 'PAST_DUE', later, paidOnce)).toEqual(first)
    expect(decideGrace({ status: 'PAST_DUE', ...first }, 'ACTIVE', later, paidOnce)).toEqual({
      graceUntil: null,
      accessEndedAt: null,
    })
  })

  it('end the grace period immediately if every payment was returned', () => {
    const early = new Date('2026-02-16T11:00:00Z')
    const running = { status: 'PAST_DUE', graceUntil: grace, accessEndedAt: null } as const
    expect(decideGrace(running, 'PAST_DUE', early, { graceDays: 7, everPaid: false })).toEqual({
      graceUntil: early,
      accessEndedAt: null,
    })
  })

  it('escape names in a mail', () => {
    const notice = {
      kind: 'PAYMENT_FAILED' as const,
      key: 'k',
      invoice,
      until: grace,
      planName: 'Plus\r\nBcc: all@example.com <script>alert(1)</script>',
    }
    const mail = writeMail(NOTICE_MAIL, notice, {
      locale: 'en-US',
      url: payUrl(notice)!,
      reason: 'PAYER',
    })
    expect(mail.subject).toBe(
      'We could not collect the payment for Plus Bcc: all@example.com <script>alert(1)</script>',
    )
    expect(mail.html).not.toContain('<script>')
    expect(mail.text).toContain('$20.00')
    expect(mail.text).toContain('On February 22, 2026 (UTC)')
    expect(mail.text).toContain('Pay the invoice: https://pay.example/in_1')
  })
})
