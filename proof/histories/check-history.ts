import type { ConsumeCall, History, LedgerOperation, ReadCall } from '#proof/histories/history.js'

/**
 * Decides whether some order of the calls explains all answers. The versions of an account name that order, so it is checked and not
 * searched: returns every contradiction, and an empty list if there is none.
 */
export function checkHistory(history: History): string[] {
  return history.accounts.flatMap((account) => new AccountCheck(history, account).faults())
}

class AccountCheck {
  private readonly name: string
  private readonly first: number
  private readonly final: { readonly version: number; readonly remaining: number }
  private readonly consumes: readonly ConsumeCall[]
  private readonly reads: readonly ReadCall[]
  private readonly ledger: readonly LedgerOperation[]
  private readonly streams: readonly (readonly number[])[]
  /** Remaining units at the versions at which they change, ascending. */
  private readonly balances: { version: number; remaining: number }[]

  constructor({ calls, ledger, streams }: History, account: History['accounts'][number]) {
    this.name = account.account
    this.first = account.version
    this.final = { version: account.finalVersion, remaining: account.finalRemaining }
    const own = calls.filter((call) => call.account === this.name)
    this.consumes = own.filter((call) => call.kind === 'consume')
    this.reads = own.filter((call) => call.kind === 'read')
    this.ledger = ledger
      .filter((entry) => entry.account === this.name)
      .toSorted((a, b) => a.version - b.version || a.operationNo - b.operationNo)
    this.streams = streams.filter((stream) => stream.account === this.name).map(({ sequences }) => sequences)
    this.balances = [{ version: this.first, remaining: account.units }]
    for (const { version, amount } of this.ledger) {
      const last = this.balances.at(-1)!
      if (last.version === version) last.remaining -= amount
      else this.balances.push({ version, remaining: last.remaining - amount })
    }
  }

  faults(): string[] {
    return [
      ...this.countsEachKeyOnce(),
      ...this.losesNothing(),
      ...this.keepsBalances(),
      ...this.keepsOrder(),
      ...this.readsWhatWas(),
      ...this.deniesWithReason(),
      ...this.streamsWithoutGaps(),
    ].map((fault) => `${this.name}: ${fault}`)
  }

  private countsEachKeyOnce(): string[] {
    const faults: string[] = []
    for (const [key, entries] of Map.groupBy(this.ledger, (entry) => entry.key))
      if (entries.length > 1) faults.push(`the key ${key} was counted ${entries.length} times`)
    for (const [key, calls] of Map.groupBy(this.consumes, (call) => call.key)) {
      const places = new Set(calls.flatMap(({ answer }) => (answer.kind === 'done' ? [placeOf(answer)] : [])))
      if (places.size > 1) faults.push(`the key ${key} was answered with ${[...places].join(' and ')}`)
    }
    return faults
  }

  private losesNothing(): string[] {
    const faults: string[] = []
    const byKey = new Map(this.ledger.map((entry) => [entry.key, entry]))
    const asked = Map.groupBy(this.consumes, (call) => call.key)
    for (const { key, amount, answer } of this.consumes) {
      if (answer.kind !== 'done') continue
      const entry = byKey.get(key)
      if (!entry) faults.push(`the key ${key} was confirmed and is not in the ledger`)
      else if (placeOf(entry) !== placeOf(answer))
        faults.push(`the key ${key} was confirmed at ${placeOf(answer)} and is at ${placeOf(entry)}`)
      else if (entry.amount !== amount) faults.push(`the key ${key} asked for ${amount} and took ${entry.amount}`)
    }
    for (const { key } of this.ledger) {
      const calls = asked.get(key)
      if (!calls) faults.push(`the ledger has the key ${key}, which nobody asked for`)
      else if (calls.every(({ answer }) => answer.kind === 'denied'))
        faults.push(`the key ${key} was denied and is in the ledger`)
    }
    return faults
  }

  private keepsBalances(): string[] {
    const faults = this.balances
      .filter(({ remaining }) => remaining < 0)
      .map(({ version, remaining }) => `at version ${version} the balance is ${remaining}`)
    const { remaining } = this.balances.at(-1)!
    if (remaining !== this.final.remaining)
      faults.push(`the ledger leaves ${remaining} units, the account has ${this.final.remaining}`)
    return faults
  }

  /** A call that was answered before another one began has the lower version. */
  private keepsOrder(): string[] {
    const done = this.consumes
      .flatMap((call) => (call.answer.kind === 'done' ? [{ call, version: call.answer.version }] : []))
      .toSorted((a, b) => a.call.startedAt - b.call.startedAt)
    // A repetition may be answered long after the first attempt: only the first attempt of a key says when it can have happened.
    const begun = new Map<string, number>()
    for (const { key, startedAt } of this.consumes) begun.set(key, Math.min(begun.get(key) ?? Infinity, startedAt))
    return done.flatMap(({ call, version }) => {
      const before = done.filter((other) => other.call.endedAt < begun.get(call.key)! && other.call.key !== call.key)
      const wrong = before.find((other) => other.version > version)
      return wrong
        ? [
            `the key ${call.key} at version ${version} began after ${wrong.call.key} at version ${wrong.version} was answered`,
          ]
        : []
    })
  }

  /** The lowest version that a call can have seen: everything that was answered before it began. */
  private leastVersion(startedAt: number): number {
    let least = this.first
    for (const call of [...this.consumes, ...this.reads]) {
      if (call.endedAt >= startedAt) continue
      if (call.answer.kind === 'done' || call.answer.kind === 'read') least = Math.max(least, call.answer.version)
    }
    return least
  }

  /** The highest version that a call can have seen: below everything that began after it was answered. */
  private mostVersion(endedAt: number): number {
    const begun = new Set(this.consumes.filter(({ startedAt }) => startedAt < endedAt).map(({ key }) => key))
    const later = this.ledger.filter(({ key }) => !begun.has(key)).map(({ version }) => version - 1)
    return Math.min(this.final.version, ...later)
  }

  private balanceAt(version: number): number {
    return this.balances.findLast((one) => one.version <= version)?.remaining ?? this.balances[0]!.remaining
  }

  private readsWhatWas(): string[] {
    return this.reads.flatMap(({ client, startedAt, endedAt, answer }) => {
      if (answer.kind !== 'read') return []
      const faults: string[] = []
      const { version, remaining } = answer
      if (version < this.leastVersion(startedAt))
        faults.push(`client ${client} read version ${version} after ${this.leastVersion(startedAt)} was known`)
      if (version > this.mostVersion(endedAt))
        faults.push(`client ${client} read version ${version} before anything of it was asked`)
      if (remaining !== this.balanceAt(version))
        faults.push(
          `client ${client} read ${remaining} at version ${version}, where ${this.balanceAt(version)} are left`,
        )
      return faults
    })
  }

  /** A denial needs a state between its begin and its end in which too few units are left. */
  private deniesWithReason(): string[] {
    return this.consumes.flatMap(({ key, amount, startedAt, endedAt, answer }) => {
      if (answer.kind !== 'denied') return []
      const [least, most] = [this.leastVersion(startedAt), this.mostVersion(endedAt)]
      const states = [
        this.balanceAt(least),
        ...this.balances.filter(({ version }) => version > least && version <= most).map(({ remaining }) => remaining),
      ]
      return states.some((remaining) => remaining < amount)
        ? []
        : [`the key ${key} was denied ${amount} while at least ${Math.min(...states)} were left`]
    })
  }

  private streamsWithoutGaps(): string[] {
    return this.streams.flatMap((sequences) => {
      const gap = sequences.findIndex((sequence, index) => index > 0 && sequence !== sequences[index - 1]! + 1)
      if (gap >= 0) return [`a stream continues with ${sequences[gap]} after ${sequences[gap - 1]}`]
      const last = sequences.at(-1)
      return last !== undefined && last > this.final.version
        ? [`a stream has the event ${last} of ${this.final.version}`]
        : []
    })
  }
}

const placeOf = ({ version, operationNo }: { readonly version: number; readonly operationNo: number }): string =>
  `${version}-${operationNo}`
