import type { OperationResult } from '#services/entitlements/engine/engine.js'
import type { OperationRequest } from '#services/entitlements/engine/operation-batcher.js'
import { createLockedAccounts, MAX_OPERATIONS_IN_LINE } from '#services/entitlements/engine/locked-accounts.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

describe('operations of an account whose row is locked', () => {
  it('run in their order, a limited number in each transaction', async () => {
    const sizes: number[] = []
    const completed: OperationRequest[] = []
    const locked = createLockedAccounts({
      timers: systemTimers,
      findFree: () => Promise.resolve(new Set()),
      persist: () => Promise.reject(new Error('the account is never free')),
      persistInLine: (requested) => {
        sizes.push(requested.length)
        completed.push(...requested)
        return Promise.resolve(requested.map((): OperationResult => ({ kind: 'no account' })))
      },
    })
    const requested = Array.from(
      { length: 2 * MAX_OPERATIONS_IN_LINE + 1 },
      (_, index) => ({ accountId: 'acc_1', operation: { amount: index } }) as unknown as OperationRequest,
    )
    await Promise.all(requested.map((one) => locked.wait(one)))
    expect(sizes).toEqual([MAX_OPERATIONS_IN_LINE, MAX_OPERATIONS_IN_LINE, 1])
    expect(completed).toEqual(requested)
  })
})
