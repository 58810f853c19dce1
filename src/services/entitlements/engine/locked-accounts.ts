import { isLockTimeout } from '#services/kernel/errors/connection-failure.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { OperationResult } from './engine.js'
import type { OperationRequest } from './operation-batcher.js'

/**
 * Accounts whose row another transaction has locked. Their operations wait here, so that no other operation waits with
 * them.
 */
export interface LockedAccounts {
  has(accountId: string): boolean
  /** Resolves with the result when the account is unlocked. Throws on timeout. */
  wait(request: OperationRequest): Promise<OperationResult>
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>
}

export interface LockedAccountsParts {
  readonly timers: Timers
  /** Returns the accounts that are not locked, without waiting. */
  readonly findFree: (accountIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** Runs an operation of an account that is free again. */
  readonly persist: (request: OperationRequest) => Promise<OperationResult>
  /** Waits for the lock of one account, and runs its operations under it. Throws a lock timeout if it does not get the lock in time. */
  readonly persistInLine: (requested: readonly OperationRequest[]) => Promise<readonly OperationResult[]>
}

interface Waiting {
  readonly request: OperationRequest
  readonly until: number
  readonly resolve: (answer: Promise<OperationResult>) => void
  readonly reject: (error: unknown) => void
}

/** Interval at which one statement checks all locked accounts. */
const LOOK_MS = 100
/** Number of accounts that wait in line for their lock, each with a connection. Without it, an account that is locked at every check would never get its turn. */
const IN_LINE = 2
/** Maximum number of operations in one transaction. The others wait for the next turn: a large transaction could time out. */
export const MAX_OPERATIONS_IN_LINE = 256
/** Maximum wait of an operation. Callers time out soon after. */
const MAX_WAIT_MS = 10_000

export function createLockedAccounts({
  timers,
  findFree,
  persist,
  persistInLine,
}: LockedAccountsParts): LockedAccounts {
  const held = new Map<string, Waiting[]>()
  const inLine = new Set<string>()
  let looking: Promise<void> | null = null

  const look = async (): Promise<void> => {
    while (held.size > 0) {
      await timers.delay(LOOK_MS)
      const looked = [...held.keys()].filter((accountId) => !inLine.has(accountId))
      if (looked.length === 0) continue
      try {
        for (const accountId of await findFree(looked)) release(accountId)
      } catch (error) {
        for (const accountId of looked) fail(accountId, held.get(accountId) ?? [], error)
      }
      for (const accountId of looked) endOldest(accountId)
      for (const accountId of held.keys()) if (inLine.size < IN_LINE) void waitInLine(accountId)
    }
    looking = null
  }
  /** In the order of arrival, and before anything that comes now. */
  const release = (accountId: string): void => {
    const waiting = held.get(accountId) ?? []
    held.delete(accountId)
    for (const { request, resolve } of waiting) resolve(persist(request))
  }
  const evict = (accountId: string, waiting: readonly Waiting[]): void => {
    const left = (held.get(accountId) ?? []).filter((each) => !waiting.includes(each))
    if (left.length > 0) held.set(accountId, left)
    else held.delete(accountId)
  }
  const fail = (accountId: string, waiting: readonly Waiting[], error: unknown): void => {
    evict(accountId, waiting)
    for (const { reject } of waiting) reject(error)
  }
  const endOldest = (accountId: string): void => {
    const now = timers.monotonic()
    const over = (held.get(accountId) ?? []).filter(({ until }) => until <= now)
    if (over.length > 0) fail(accountId, over, accountIsHeld())
  }
  const waitInLine = async (accountId: string): Promise<void> => {
    if (inLine.has(accountId)) return
    inLine.add(accountId)
    const waiting = held.get(accountId)!.slice(0, MAX_OPERATIONS_IN_LINE)
    try {
      const answers = await persistInLine(waiting.map(({ request }) => request))
      evict(accountId, waiting)
      waiting.forEach(({ resolve }, index) => resolve(Promise.resolve(answers[index]!)))
    } catch (error) {
      if (!isLockTimeout(error)) fail(accountId, waiting, error)
    } finally {
      inLine.delete(accountId)
    }
  }
  return {
    has: (accountId) => held.has(accountId),
    wait: (request) => {
      const answer = new Promise<OperationResult>((resolve, reject) => {
        const waiting = held.get(request.accountId) ?? []
        waiting.push({ request, until: timers.monotonic() + MAX_WAIT_MS, resolve, reject })
        held.set(request.accountId, waiting)
      })
      answer.catch(() => undefined) // the caller awaits it, perhaps shortly after it failed
      looking ??= look()
      return answer
    },
    idle: async () => {
      if (looking) await looking
    },
  }
}

const accountIsHeld = (): AppError =>
  new AppError('UNAVAILABLE', 'Another operation locks this account for too long. Try again.')
