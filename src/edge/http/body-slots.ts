/** Bytes of request bodies that may be in memory at a time. */
export interface BodyLimits {
  /** Of all senders together. */
  readonly total: number
  /** Of one sender. */
  readonly perSender: number
  /** Milliseconds for which a request waits for its turn. */
  readonly waitMilliseconds: number
  /** Requests that may wait. */
  readonly waiting: number
}

interface Waiting {
  readonly senders: readonly string[]
  readonly bytes: number
  readonly admit: () => void
}

/**
 * Admits bodies before they are read, as far as there is room. The others wait in the order in which they came; a sender that
 * has used its share does not hold up those behind it.
 */
export class BodySlots {
  private total = 0
  private readonly perSender = new Map<string, number>()
  private readonly queue = new Set<Waiting>()

  constructor(private readonly limits: BodyLimits) {}

  /**
   * Waits for room. Null if there was none in time; otherwise a function that must be called when the body is no longer needed.
   * @param senders names of the sender, each of which has a share
   * @param given ends the waiting early: the sender is gone
   */
  async take(senders: readonly string[], bytes: number, gone: AbortSignal): Promise<(() => void) | null> {
    if (this.fits(senders, bytes)) this.add(senders, bytes)
    else if (!(await this.wait(senders, bytes, gone))) return null
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.add(senders, -bytes)
      this.admitNext()
    }
  }

  private wait(senders: readonly string[], bytes: number, gone: AbortSignal): Promise<boolean> {
    if (this.queue.size >= this.limits.waiting || gone.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const end = (isAdmitted: boolean): void => {
        clearTimeout(timer)
        gone.removeEventListener('abort', giveUp)
        this.queue.delete(waiting)
        resolve(isAdmitted)
      }
      const giveUp = (): void => end(false)
      const waiting = { senders, bytes, admit: () => end(true) }
      const timer = setTimeout(giveUp, this.limits.waitMilliseconds)
      gone.addEventListener('abort', giveUp)
      this.queue.add(waiting)
    })
  }

  private admitNext(): void {
    for (const waiting of this.queue) {
      if (!this.fits(waiting.senders, waiting.bytes)) continue
      this.add(waiting.senders, waiting.bytes)
      waiting.admit()
    }
  }

  private fits(senders: readonly string[], bytes: number): boolean {
    if (this.total + bytes > this.limits.total) return false
    return senders.every((sender) => (this.perSender.get(sender) ?? 0) + bytes <= this.limits.perSender)
  }

  private add(senders: readonly string[], bytes: number): void {
    this.total += bytes
    for (const sender of senders) {
      const left = (this.perSender.get(sender) ?? 0) + bytes
      if (left > 0) this.perSender.set(sender, left)
      else this.perSender.delete(sender)
    }
  }
}
