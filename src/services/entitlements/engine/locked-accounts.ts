import { isLockTimeout } from '../../kernel/database/connection-failure.js'
import { AppError } from '../../kernel/errors/app-error.js'
import type { Answer } from './engine.js'
import type { Asked } from './lane.js'

/** Accounts whose row somebody else holds. What is asked of them waits here, and nobody else waits with it. */
export interface LockedAccounts {
  has(accountId: string): boolean
  /** Resolves with the answer when the account is free again; fails when it is not for too long. */
  wait(asked: Asked): Promise<Answer>
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>
}

export interface LockedAccountsParts {
  /** Which of the accounts nobody holds now, without waiting for any. */
  readonly findFree: (accountIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** Settles what waited for an account that is free again. */
  readonly settle: (asked: Asked) => Promise<Answer>
  /** Stands in line for one account, and settles all of it under its lock; fails with a lock timeout when its turn does not come in time. */
  readonly settleInLine: (asked: readonly Asked[]) => Promise<readonly Answer[]>
}

interface Waiting {
  readonly asked: Asked
  readonly until: number
  readonly resolve: (answer: Promise<Answer>) => void
  readonly reject: (error: unknown) => void
}

/** Held accounts are looked at so often, all of them by one statement. */
const LOOK_MS = 100
/** So many accounts are waited for in line at once, each with a connection: one that is never free when it is looked at gets its turn. */
const IN_LINE = 2
/** Nobody waits longer: a caller gives up by itself soon after. */
const LONGEST_WAIT_MS = 10_000

export function createLockedAccounts({ findFree, settle, settleInLine }: LockedAccountsParts): LockedAccounts {
  const held = new Map<string, Waiting[]>()
  const inLine = new Set<string>()
  let looking: Promise<void> | null = null

  const look = async (): Promise<void> => {
    while (held.size > 0) {
      await new Promise((wake) => setTimeout(wake, LOOK_MS))
      const looked = [...held.keys()].filter((accountId) => !inLine.has(accountId))
      if (looked.length === 0) continue
      try {
        for (const accountId of await findFree(looked)) release(accountId)
      } catch (error) {
        for (const accountId of looked) fail(accountId, held.get(accountId) ?? [], error)
      }
      for (const accountId of looked) endLongest(accountId)
      for (const accountId of held.keys()) if (inLine.size < IN_LINE) void waitInLine(accountId)
    }
    looking = null
  }
  /** In the order of arrival, and before anything that comes now. */
  const release = (accountId: string): void => {
    const waiting = held.get(accountId) ?? []
    held.delete(accountId)
    for (const { asked, resolve } of waiting) resolve(settle(asked))
  }
  const forget = (accountId: string, waiting: readonly Waiting[]): void => {
    const left = (held.get(accountId) ?? []).filter((each) => !waiting.includes(each))
    if (left.length > 0) held.set(accountId, left)
    else held.delete(accountId)
  }
  const fail = (accountId: string, waiting: readonly Waiting[], error: unknown): void => {
    forget(accountId, waiting)
    for (const { reject } of waiting) reject(error)
  }
  const endLongest = (accountId: string): void => {
    const now = performance.now()
    const over = (held.get(accountId) ?? []).filter(({ until }) => until <= now)
    if (over.length > 0) fail(accountId, over, accountIsHeld())
  }
  const waitInLine = async (accountId: string): Promise<void> => {
    if (inLine.has(accountId)) return
    inLine.add(accountId)
    const waiting = [...held.get(accountId)!]
    try {
      const answers = await settleInLine(waiting.map(({ asked }) => asked))
      forget(accountId, waiting)
      waiting.forEach(({ resolve }, index) => resolve(Promise.resolve(answers[index]!)))
    } catch (error) {
      if (!isLockTimeout(error)) fail(accountId, waiting, error)
    } finally {
      inLine.delete(accountId)
    }
  }
  return {
    has: (accountId) => held.has(accountId),
    wait: (asked) => {
      const answer = new Promise<Answer>((resolve, reject) => {
        const waiting = held.get(asked.accountId) ?? []
        waiting.push({ asked, until: performance.now() + LONGEST_WAIT_MS, resolve, reject })
        held.set(asked.accountId, waiting)
      })
      answer.catch(() => undefined) // whoever asked hears of it, though perhaps a moment later
      looking ??= look()
      return answer
    },
    idle: async () => {
      if (looking) await looking
    },
  }
}

const accountIsHeld = (): AppError =>
  new AppError('UNAVAILABLE', 'Another operation holds this account for too long; try again.')
