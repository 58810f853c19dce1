/** The types of the dashboard are not those of the server. */
const MODULE: string = '../../dashboard/src/ui/deed-of.js'

describe('Sentence of an event behind its actor', () => {
  let deedOf: (summary: string) => string | null
  beforeAll(async () => {
    ;({ deedOf } = (await import(MODULE)) as { deedOf: typeof deedOf })
  })

  it.each([
    ['cem@example.com was invited.', 'invited cem@example.com.'],
    ['The payment of $40.00 for Plus was confirmed.', 'confirmed the payment of $40.00 for Plus.'],
    ['The team was renamed to was was.', 'renamed the team to was was.'],
    ['100 credits were granted.', 'granted 100 credits.'],
    ['Forum was deleted. Owners keep it.', 'deleted Forum. Owners keep it.'],
    ['Forum was granted by an operator.', 'granted Forum.'],
    ['The invitation of cem@example.com was sent again.', 'sent the invitation of cem@example.com again.'],
    ['An operator gave Plus free of charge: a gift', 'gave Plus free of charge: a gift'],
    ['The account capped AI credits at 100 per month.', 'capped AI credits at 100 per month.'],
    [
      'An operator ended Plus, which was free of charge: it was wanted',
      'ended Plus, which was free of charge: it was wanted',
    ],
    ['A member joined.', 'joined.'],
  ])('of "%s" is "%s"', (summary, deed) => expect(deedOf(summary)).toBe(deed))

  it.each([
    'Plus is active.',
    'A member received a seat of Editor.',
    'The account will be deleted on January 15, 2026.',
    'An operator has use beyond the allowance invoiced.',
    'A sale of Forum was refunded or disputed.',
    'Plus is active. It was tested.',
    'The negotiated price is not paid any more.',
  ])('is none of "%s", which tells no act', (summary) => expect(deedOf(summary)).toBeNull())
})
