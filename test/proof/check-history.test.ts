import { checkHistory } from '#proof/histories/check-history.js'
import type { ConsumeCall, History, ReadCall } from '#proof/histories/history.js'

const consume = (key: string, startedAt: number, changed: Partial<ConsumeCall> = {}): ConsumeCall => ({
  kind: 'consume',
  client: 1,
  account: 'acc',
  key,
  amount: 10,
  startedAt,
  endedAt: startedAt + 5,
  answer: { kind: 'done', version: 2, operationNo: 0 },
  ...changed,
})
const read = (startedAt: number, version: number, remaining: number): ReadCall => ({
  kind: 'read',
  client: 2,
  account: 'acc',
  startedAt,
  endedAt: startedAt + 5,
  answer: { kind: 'read', version, remaining },
})
const entry = (key: string, version: number, operationNo = 0, amount = 10) => ({
  account: 'acc',
  key,
  version,
  operationNo,
  amount,
})

/** Two consumptions of 10 of 25 units, a denial of 10 of the last 5, a lost answer that is repeated, and two reads. */
const right: History = {
  calls: [
    consume('a', 0),
    read(10, 2, 15),
    consume('b', 20, { endedAt: Infinity, answer: { kind: 'unknown' } }),
    consume('b', 30, { answer: { kind: 'done', version: 3, operationNo: 0 } }),
    read(40, 3, 5),
    consume('c', 50, { answer: { kind: 'denied' } }),
  ],
  ledger: [entry('a', 2), entry('b', 3)],
  accounts: [{ account: 'acc', units: 25, version: 1, finalVersion: 3, finalRemaining: 5 }],
  streams: [{ account: 'acc', sequences: [1, 2, 3] }],
}
const account = right.accounts[0]!

/** Changed copies of the history, each with the contradiction that the checker must state. */
const wrong: Record<string, { history: Partial<History>; fault: RegExp }> = {
  'counts a key twice': {
    history: {
      ledger: [...right.ledger, entry('a', 4)],
      accounts: [{ ...account, finalVersion: 4, finalRemaining: -5 }],
    },
    fault: /key a was counted 2 times/,
  },
  'answers a key with two results': {
    history: { calls: [...right.calls, consume('a', 60, { answer: { kind: 'done', version: 9, operationNo: 0 } })] },
    fault: /key a was answered with 2-0 and 9-0/,
  },
  'loses a confirmed call': {
    history: { ledger: [entry('b', 3)], accounts: [{ ...account, finalRemaining: 15 }] },
    fault: /key a was confirmed and is not in the ledger/,
  },
  'takes another amount': {
    history: { ledger: [entry('a', 2, 0, 9), entry('b', 3)], accounts: [{ ...account, finalRemaining: 6 }] },
    fault: /key a asked for 10 and took 9/,
  },
  'contains a call that nobody made': {
    history: {
      ledger: [...right.ledger, entry('z', 4, 0, 5)],
      accounts: [{ ...account, finalVersion: 4, finalRemaining: 0 }],
    },
    fault: /key z, which nobody asked for/,
  },
  'counts a denied call': {
    history: {
      ledger: [...right.ledger, entry('c', 4, 0, 5)],
      accounts: [{ ...account, finalVersion: 4, finalRemaining: 0 }],
    },
    fault: /key c was denied and is in the ledger/,
  },
  'has a balance below zero': {
    history: { accounts: [{ ...account, units: 15, finalRemaining: -5 }] },
    fault: /at version 3 the balance is -5/,
  },
  'ends with another balance': {
    history: { accounts: [{ ...account, finalRemaining: 6 }] },
    fault: /leaves 5 units, the account has 6/,
  },
  'reorders calls that were not concurrent': {
    history: {
      calls: [
        consume('a', 0, { answer: { kind: 'done', version: 3, operationNo: 0 } }),
        consume('b', 20, { answer: { kind: 'done', version: 2, operationNo: 0 } }),
      ],
      ledger: [entry('a', 3), entry('b', 2)],
    },
    fault: /key b at version 2 began after a at version 3 was answered/,
  },
  'reads an old version': {
    history: { calls: [...right.calls, read(70, 2, 15)] },
    fault: /read version 2 after 3 was known/,
  },
  'reads from the future': {
    history: {
      calls: [
        consume('a', 0),
        read(6, 3, 5),
        consume('b', 30, { answer: { kind: 'done', version: 3, operationNo: 0 } }),
      ],
    },
    fault: /read version 3 before anything of it was asked/,
  },
  'reads units that were not left': {
    history: { calls: [...right.calls, read(70, 3, 15)] },
    fault: /read 15 at version 3, where 5 are left/,
  },
  'denies without a reason': {
    history: { calls: [...right.calls, consume('d', 60, { amount: 5, answer: { kind: 'denied' } })] },
    fault: /key d was denied 5 while at least 5 were left/,
  },
  'has a stream with a gap': {
    history: { streams: [{ account: 'acc', sequences: [1, 3] }] },
    fault: /continues with 3 after 1/,
  },
  'has a stream that repeats an event': {
    history: { streams: [{ account: 'acc', sequences: [1, 2, 2, 3] }] },
    fault: /continues with 2 after 2/,
  },
}

describe('checker of histories', () => {
  it('accepts a history that an order explains', () => {
    expect(checkHistory(right)).toEqual([])
  })

  it('accepts a call without an answer that happened, and one that did not', () => {
    const lost = consume('d', 60, { amount: 5, endedAt: Infinity, answer: { kind: 'unknown' } })
    expect(checkHistory({ ...right, calls: [...right.calls, lost] })).toEqual([])
    const happened = {
      ...right,
      calls: [...right.calls, lost],
      ledger: [...right.ledger, entry('d', 4, 0, 5)],
      accounts: [{ ...account, finalVersion: 4, finalRemaining: 0 }],
    }
    expect(checkHistory(happened)).toEqual([])
  })

  it.each(Object.entries(wrong))('rejects a history that %s', (_name, { history, fault }) => {
    expect(checkHistory({ ...right, ...history }).join('\n')).toMatch(fault)
  })
})
