import { projectCredit } from '#services/billing/book/project-credit.js'
import { projectMovements } from '#services/billing/book/project-movements.js'

const at = new Date('2026-01-15T10:00:00Z')

describe('changes of refunds and disputes', () => {
  const purchase = { id: 'pur_1', provider: 'STRIPE', currency: 'USD' } as const
  const refund = {
    externalId: 're_1',
    refundId: null,
    amountMinor: 500,
    status: 'SUCCEEDED',
    reason: null,
    createdAt: at,
  } as const
  const dispute = { externalId: 'dp_1', amountMinor: 900, status: 'OPEN', openedAt: at } as const
  const ours = {
    refunds: [{ id: 'rfd_1', externalId: 're_1', status: 'SUCCEEDED', amountMinor: 500 }],
    disputes: [{ id: 'dsp_1', externalId: 'dp_1', status: 'OPEN', amountMinor: 900 }],
  } as const
  const none = { refunds: [], disputes: [] }

  it('are rows for what is not recorded', () => {
    expect(projectMovements(purchase, none, { refunds: [refund], disputes: [dispute] })).toEqual([
      {
        insert: 'refund',
        row: {
          purchaseId: 'pur_1',
          provider: 'STRIPE',
          currency: 'USD',
          externalId: 're_1',
          status: 'SUCCEEDED',
          amountMinor: 500,
          reason: null,
          createdAt: at,
        },
      },
      {
        insert: 'dispute',
        row: {
          purchaseId: 'pur_1',
          provider: 'STRIPE',
          currency: 'USD',
          externalId: 'dp_1',
          status: 'OPEN',
          amountMinor: 900,
          openedAt: at,
        },
      },
    ])
  })

  it('are one row for what a list repeats, as its last page has it', () => {
    const repeated = { refunds: [refund, { ...refund, amountMinor: 700 }], disputes: [dispute, dispute] }
    expect(projectMovements(purchase, none, repeated)).toMatchObject([
      { insert: 'refund', row: { externalId: 're_1', amountMinor: 700 } },
      { insert: 'dispute', row: { externalId: 'dp_1' } },
    ])
  })

  it('are none if all is recorded', () => {
    expect(projectMovements(purchase, ours, { refunds: [refund], disputes: [dispute] })).toEqual([])
  })

  it('are the copied columns of what differs', () => {
    const changed = {
      refunds: [{ ...refund, status: 'FAILED' as const }],
      disputes: [{ ...dispute, amountMinor: 800 }],
    }
    expect(projectMovements(purchase, ours, changed)).toEqual([
      { update: 'refund', id: 'rfd_1', row: { externalId: 're_1', status: 'FAILED', amountMinor: 500 } },
      { update: 'dispute', id: 'dsp_1', row: { status: 'OPEN', amountMinor: 800 } },
    ])
  })

  it('name the refund that was requested here', () => {
    const requested = { id: 'rfd_2', externalId: null, status: 'CREATING', amountMinor: 500 } as const
    const theirs = { refunds: [{ ...refund, refundId: 'rfd_2' }], disputes: [] }
    expect(projectMovements(purchase, { ...none, refunds: [requested] }, theirs)).toEqual([
      { update: 'refund', id: 'rfd_2', row: { externalId: 're_1', status: 'SUCCEEDED', amountMinor: 500 } },
    ])
  })
})

describe('changes of credit', () => {
  const given = { externalId: 'cbtxn_1', money: { amountMinor: 1500, currency: 'USD' }, reason: null, at }
  const project = (known: { readonly causes?: readonly string[]; readonly adoptedAt?: Date | null }) =>
    projectCredit({ provider: 'STRIPE', causes: new Set(known.causes), adoptedAt: known.adoptedAt ?? null }, [
      given,
      given,
    ])

  it('are a row and an event for a change at the provider', () => {
    expect(project({})).toMatchObject([
      {
        insert: 'credit_adjustment',
        row: { cause: 'provider:cbtxn_1', doneMinor: -1500, status: 'DONE' },
        effect: 'credit change cbtxn_1 recorded',
      },
      { event: { type: 'credit_balance.changed', summary: 'Credit of $15.00 was added to the balance.' } },
    ])
  })

  it('are none for a recorded change, and for one that the imported balance contains', () => {
    expect(project({ causes: ['provider:cbtxn_1'] })).toEqual([])
    expect(project({ adoptedAt: at })).toEqual([])
  })
})
