import { normalizeEmail, trialMarks } from '#services/billing/model/trial-keys.js'

describe('Mailbox of an email address', () => {
  it.each([
    ['Ann@Example.com', 'ann@example.com'],
    ['ann+trial2@example.com', 'ann@example.com'],
    ['a.n.n@example.com', 'a.n.n@example.com'],
    ['A.n.N+again@Gmail.com', 'ann@gmail.com'],
    ['ann@googlemail.com', 'ann@gmail.com'],
    ['+tag@example.com', '+tag@example.com'],
  ])('of %s is %s', (given, expected) => {
    expect(normalizeEmail(given)).toBe(expected)
  })
})

describe('Trial keys', () => {
  const policy = { cardRequired: true, withoutCard: 'CANCEL' as const, oncePer: null }
  it('are person, address and card; the card in sandbox mode only if the catalog says so', () => {
    expect(trialMarks(policy, 'live')).toEqual(['person', 'email', 'card'])
    expect(trialMarks(policy, 'sandbox')).toEqual(['person', 'email'])
    expect(trialMarks({ ...policy, oncePer: ['card'] }, 'sandbox')).toEqual(['card'])
    expect(trialMarks({ ...policy, oncePer: [] }, 'live')).toEqual([])
  })
})
