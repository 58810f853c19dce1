import { entitlementOf, type EntitlementFields } from './watch-documents.js'
import type { Entitlement } from './types.js'

/** Both clocks of a moment: one stops while a machine sleeps, the other can be set. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/**
 * Entitlements of an account, and how old they are at most.
 *
 * The age is that of the last read that was answered, since it was sent: the server evaluated it later, so the memory is no older. Items of
 * the stream only replace an entitlement by one of a higher revision, which the server evaluated after that read.
 */
export class Memory {
  private entitlements = new Map<string, Entitlement>()
  private readAt: Moment | undefined
  /** Revision of the account at the last read or change. */
  revision: number | null = null

  get(feature: string): Entitlement | undefined {
    return this.entitlements.get(feature)
  }

  /** Time since the last read was sent, in milliseconds: by the clock that says more. */
  ageMs(now: Moment): number {
    const { readAt } = this
    if (readAt === undefined) return Infinity
    return Math.max(0, now.monotonic - readAt.monotonic, now.wall - readAt.wall)
  }

  /** Takes a whole state, unless one that was asked for later arrived before it. */
  replace(sentAt: Moment, revision: number, fields: readonly EntitlementFields[]): void {
    if (this.readAt !== undefined && sentAt.monotonic < this.readAt.monotonic) return
    const next = new Map<string, Entitlement>()
    for (const item of fields) {
      const read = entitlementOf(item)
      const held = this.entitlements.get(read.feature)
      // A change that arrived while the state was read.
      next.set(read.feature, held && held.revision > read.revision ? held : read)
    }
    this.entitlements = next
    this.revision = Math.max(this.revision ?? 0, revision)
    this.readAt = sentAt
  }

  /** Forgets everything: after the restore of a database, revisions are lower than before. */
  clear(): void {
    this.entitlements.clear()
    this.revision = null
    this.readAt = undefined
  }

  /** Takes a change. */
  apply(fields: readonly EntitlementFields[]): void {
    for (const item of fields) {
      const held = this.entitlements.get(item.feature.code)
      if (held && item.revision <= held.revision) continue
      this.entitlements.set(item.feature.code, entitlementOf(item))
      this.revision = Math.max(this.revision ?? 0, item.revision)
    }
  }
}
