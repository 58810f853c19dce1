import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Timers } from '#services/kernel/time/timers.js'
import type { Limits } from '../options.js'

/** Interval of the comparison with the minimum rate, for a body that needs longer than `slowBodyMilliseconds`. */
const RATE_CHECK_MILLISECONDS = 5_000

type SlowBodyLimits = Pick<
  Limits,
  'slowBodiesBytes' | 'slowBodyMilliseconds' | 'slowBytesPerSecond' | 'slowBodiesPerSender' | 'slowBodiesPerAddress'
>

/** A body that did not arrive in the time that unknown senders have. */
export interface LateBody {
  /** Verified ID of the sender. */
  readonly sender: string
  readonly address: string
  /** Bytes that have arrived, approximately. */
  readonly received: number
  /** Arrival of the headers, on the monotonic clock. */
  readonly beganAt: number
  /** Ends the request with a status after which its sender repeats it. */
  readonly cut: () => void
}

interface HeldBody extends LateBody {
  received: number
}

/**
 * Bodies of verified senders that arrive slowly. Each counts with the bytes that have arrived: what it announced can take
 * minutes. Bodies above a limit are cut.
 */
export class SlowBodies {
  /** Oldest first. */
  private readonly held = new Set<HeldBody>()
  private bytes = 0

  constructor(
    private readonly timers: Timers,
    private readonly limits: SlowBodyLimits,
  ) {}

  hold({ raw }: FastifyRequest, reply: FastifyReply, late: LateBody): void {
    if (this.matching('address', late).length >= this.limits.slowBodiesPerAddress) return late.cut()
    // The newest stays: an agent repeats a report whose connection died unnoticed, and must not wait for the end of that.
    const [oldest, ...others] = this.matching('sender', late)
    if (oldest && others.length + 1 >= this.limits.slowBodiesPerSender) this.cut(oldest)
    const body: HeldBody = { ...late }
    this.held.add(body)
    this.count(body, 0, body.received)
    raw.on('data', (chunk: Buffer) => this.count(body, chunk.length, chunk.length))
    const interval = Math.min(RATE_CHECK_MILLISECONDS, this.limits.slowBodyMilliseconds)
    const timer = this.timers.setInterval(() => {
      if (!raw.complete && this.isTooSlow(body)) this.cut(body)
    }, interval)
    // The bytes stay in memory until the response.
    reply.raw.once('close', () => {
      this.timers.clearInterval(timer)
      this.release(body)
    })
  }

  private matching(key: 'sender' | 'address', late: LateBody): HeldBody[] {
    return [...this.held].filter((body) => body[key] === late[key])
  }

  private count(body: HeldBody, received: number, added: number): void {
    if (!this.held.has(body)) return
    body.received += received
    this.bytes += added
    if (this.bytes <= this.limits.slowBodiesBytes) return
    const slowest = [...this.held].reduce((least, each) => (this.rateOf(each) < this.rateOf(least) ? each : least))
    this.cut(slowest)
  }

  private cut(body: HeldBody): void {
    this.release(body)
    body.cut()
  }

  private release(body: HeldBody): void {
    if (this.held.delete(body)) this.bytes -= body.received
  }

  private isTooSlow(body: HeldBody): boolean {
    const milliseconds = this.timers.monotonic() - body.beganAt
    return milliseconds >= this.limits.slowBodyMilliseconds && this.rateOf(body) < this.limits.slowBytesPerSecond
  }

  private rateOf({ received, beganAt }: HeldBody): number {
    return (received * 1000) / Math.max(1, this.timers.monotonic() - beganAt)
  }
}
