import { decidePause, type PauseInput } from '#services/billing/subscriptions/decide-pause.js'

const march = new Date('2026-03-05T09:00:00Z')
const april = new Date('2026-04-05T09:00:00Z')
const may = new Date('2026-05-05T09:00:00Z')
const june = new Date('2026-06-05T09:00:00Z')
const days = (from: Date, count: number) => new Date(from.getTime() + count * 86_400_000)

const begun = { since: days(march, 5).toISOString(), resumesAt: null, paidUntil: april.toISOString(), resumed: false }
const input = (
  changed: Partial<Omit<PauseInput, 'fetched'>> & { fetched?: Partial<PauseInput['fetched']> },
): PauseInput => ({
  previous: null,
  period: { start: march, end: april },
  requested: null,
  access: 'SUSPEND',
  now: days(march, 5),
  ...changed,
  fetched: { status: 'ACTIVE', unpaidPeriod: false, trialEnd: null, ...changed.fetched },
})
const paused = { pausedUntil: null }
const inMay = { period: { start: april, end: may }, now: days(april, 3) }

describe('A pause of payments', () => {
  const cases: [string, Parameters<typeof input>[0], string, Partial<NonNullable<typeof begun>> | null][] = [
    ['does not exist without one', {}, 'ACTIVE', null],
    ['keeps the paid period', { fetched: paused }, 'ACTIVE', { paidUntil: april.toISOString(), resumed: false }],
    [
      'ends as requested',
      { fetched: paused, requested: { at: march, resumesAt: june } },
      'ACTIVE',
      { resumesAt: june.toISOString() as never },
    ],
    [
      'ends as the provider says',
      { fetched: { pausedUntil: may } },
      'ACTIVE',
      { resumesAt: may.toISOString() as never },
    ],
    [
      'suspends access after the paid period',
      { ...inMay, previous: begun, fetched: { ...paused, unpaidPeriod: true } },
      'PAUSED',
      begun,
    ],
    [
      'keeps access by policy',
      { ...inMay, access: 'KEEP', previous: begun, fetched: { ...paused, unpaidPeriod: true } },
      'ACTIVE',
      begun,
    ],
    [
      'is read late',
      { ...inMay, fetched: { ...paused, unpaidPeriod: true } },
      'PAUSED',
      { paidUntil: april.toISOString() },
    ],
    [
      'suspends at PayPal, which begins no period',
      { previous: begun, now: days(april, 3), fetched: { ...paused, status: 'PAUSED' } },
      'PAUSED',
      begun,
    ],
    [
      'runs in the paid period at PayPal',
      { previous: begun, fetched: { ...paused, status: 'PAUSED' } },
      'ACTIVE',
      begun,
    ],
    [
      'runs in a trial',
      { fetched: { ...paused, status: 'PAUSED', trialEnd: april } },
      'TRIALING',
      { paidUntil: april.toISOString() },
    ],
    [
      'waits for the payment after it',
      { ...inMay, previous: begun, fetched: { unpaidPeriod: true } },
      'PAUSED',
      { resumed: true },
    ],
    ['is over with the payment', { ...inMay, previous: { ...begun, resumed: true } }, 'ACTIVE', null],
    ['is over in the paid period', { previous: begun }, 'ACTIVE', null],
    [
      'leaves a debt to dunning',
      { previous: begun, now: days(april, 3), fetched: { ...paused, status: 'PAST_DUE' } },
      'PAST_DUE',
      begun,
    ],
    ['ends with the subscription', { previous: begun, fetched: { ...paused, status: 'CANCELED' } }, 'CANCELED', null],
  ]

  it.each(cases)('%s', (_name, given, status, pause) => {
    const decided = decidePause(input(given))
    expect(decided.status).toBe(status)
    if (pause) expect(decided.pause).toMatchObject(pause)
    else expect(decided.pause).toBeNull()
  })

  it('makes its unpaid period no debt', () => {
    const unpaid = { ...inMay, fetched: { ...paused, unpaidPeriod: true } }
    expect(decidePause(input({ ...unpaid, previous: begun })).unpaidPeriod).toBe(false)
    expect(decidePause(input({ ...inMay, fetched: { unpaidPeriod: true } })).unpaidPeriod).toBe(true)
  })
})
