import type { Timers } from '#services/kernel/time/timers.js'

/** Bytes of request bodies that may be in memory at a time. */
export interface BodyLimits {
  /** Bytes of all senders together. */
  readonly total: number
  /** Bytes of one sender. */
  readonly perSender: number
  /** Milliseconds for which a request waits for its turn. */
  readonly waitMilliseconds: number
  /** Requests that may wait. */
  readonly waiting: number
}

interface Waiting {
  readonly sender: string
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

  constructor(
    private readonly timers: Timers,
    private readonly limits: BodyLimits,
  ) {}

  /**
   * Waits for room. Null if there was none in time; otherwise a function that must be called when the body is no longer needed.
   * @param sender the name under which this and other bodies share their room
   * @param gone ends the wait early: the sender has closed the connection
   * @param waitMilliseconds longest wait; that of the limits by default
   */
  async take(
    sender: string,
    bytes: number,
    gone: AbortSignal,
    waitMilliseconds = this.limits.waitMilliseconds,
  ): Promise<(() => void) | null> {
    if (this.fits(sender, bytes)) this.add(sender, bytes)
    else if (!(await this.wait({ sender, bytes }, gone, waitMilliseconds))) return null
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.add(sender, -bytes)
      this.admitNext()
    }
  }

  private wait(body: Omit<Waiting, 'admit'>, gone: AbortSignal, waitMilliseconds: number): Promise<boolean> {
    if (this.queue.size >= this.limits.waiting || gone.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const end = (isAdmitted: boolean): void => {
        this.timers.clearTimeout(timer)
        gone.removeEventListener('abort', giveUp)
        this.queue.delete(waiting)
        resolve(isAdmitted)
      }
      const giveUp = (): void => end(false)
      const waiting = { ...body, admit: () => end(true) }
      const timer = this.timers.setTimeout(giveUp, waitMilliseconds)
      gone.addEventListener('abort', giveUp)
      this.queue.add(waiting)
    })
  }

  private admitNext(): void {
    for (const waiting of this.queue) {
      if (!this.fits(waiting.sender, waiting.bytes)) continue
      this.add(waiting.sender, waiting.bytes)
      waiting.admit()
    }
  }

  private fits(sender: string, bytes: number): boolean {
    if (this.total + bytes > this.limits.total) return false
    return (this.perSender.get(sender) ?? 0) + bytes <= this.limits.perSender
  }

  private add(sender: string, bytes: number): void {
    this.total += bytes
    const held = (this.perSender.get(sender) ?? 0) + bytes
    if (held > 0) this.perSender.set(sender, held)
    else this.perSender.delete(sender)
  }
}
