import pg from 'pg'
import type { VirtualTimers } from '#test/support/virtual-timers.js'

/** A connection of `pg`, as far as the scheduler needs it. */
interface Connection {
  readonly port: number
  readonly processID: number
}
type Query = (this: Connection, ...args: unknown[]) => unknown

interface Statement {
  readonly client: number
  readonly text: string
  readonly connection: Connection
  state: 'waiting' | 'running' | 'done'
  release(): void
}

/** One process of the product whose statements are scheduled: the port names its connections. */
export interface ScheduledClient {
  readonly port: number
  readonly timers: VirtualTimers
}

export interface SchedulerOptions {
  readonly clients: readonly ScheduledClient[]
  /** A number from 0 to 1: chooses the next statement. */
  readonly choose: () => number
  /** Backends that wait for a lock, of those with these process IDs. */
  readonly blockedOf: (processIds: readonly number[]) => Promise<readonly number[]>
}

/** Turns of the event loop without a change until nothing more is expected, and the pause between them. */
const TURNS = 4
const PAUSE_MS = 1
/** Virtual time that passes if all clients wait for time. */
const STEP_MS = 10
/** A schedule of more statements does not end. */
const MAX_STATEMENTS = 2000

/**
 * Runs operations of several clients, and decides which of their statements PostgreSQL receives next: one at a time, and another one only
 * after the first was answered or waits for a lock. Returns the schedule.
 */
export class StatementScheduler {
  private readonly options: SchedulerOptions
  private readonly statements: Statement[] = []
  readonly schedule: string[] = []

  constructor(options: SchedulerOptions) {
    this.options = options
  }

  /** `operations` has one operation for each client. */
  async run<Result>(operations: readonly (() => Promise<Result>)[]): Promise<Result[]> {
    // The class of `pg` that the product uses.
    const prototype = pg.Client.prototype as unknown as { query: Query }
    const original = prototype.query
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const scheduler = this
    prototype.query = function query(this: Connection, ...args: unknown[]): unknown {
      const client = scheduler.options.clients.findIndex(({ port }) => port === this.port)
      return client < 0 ? original.apply(this, args) : scheduler.hold(client, this, args, original)
    }
    try {
      const state = { left: operations.length }
      const results = operations.map((operation) => operation().finally(() => state.left--))
      // An operation that fails must end the loop and not the process.
      await Promise.all([this.decide(state), Promise.allSettled(results)])
      return await Promise.all(results)
    } finally {
      prototype.query = original
    }
  }

  /** Keeps a statement until it is its turn. */
  private hold(client: number, connection: Connection, args: unknown[], original: Query): unknown {
    const [first] = args
    const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '')
    const { promise, resolve } = Promise.withResolvers<void>()
    const statement: Statement = { client, text, connection, state: 'waiting', release: resolve }
    this.statements.push(statement)
    const done = (): void => void (statement.state = 'done')
    const callback = args.at(-1)
    if (typeof callback === 'function') {
      const answered = (...answer: unknown[]): void => {
        done()
        ;(callback as (...values: unknown[]) => void)(...answer)
      }
      void promise.then(() => original.apply(connection, [...args.slice(0, -1), answered]))
      return undefined
    }
    return promise.then(() => original.apply(connection, args) as Promise<unknown>).finally(done)
  }

  private async decide(state: { left: number }): Promise<void> {
    for (;;) {
      await this.settle(state)
      const waiting = this.statements.filter((one) => one.state === 'waiting')
      if (waiting.length === 0) {
        // What an operation has left to do after its answer is scheduled too.
        if (state.left === 0 && this.statements.every((one) => one.state === 'done')) return
        await this.passTime()
        continue
      }
      const chosen = waiting[Math.floor(this.options.choose() * waiting.length)]!
      chosen.state = 'running'
      this.schedule.push(`${chosen.client}: ${labelOf(chosen.text)}`)
      if (this.schedule.length > MAX_STATEMENTS) throw new Error('the operations do not end')
      chosen.release()
    }
  }

  /** Waits until every running statement is answered or blocked, and nothing else happens. */
  private async settle(state: { readonly left: number }): Promise<void> {
    let quiet = 0
    let seen = ''
    while (quiet < TURNS) {
      await new Promise((wake) => setTimeout(wake, PAUSE_MS))
      const running = this.statements.filter((one) => one.state === 'running')
      const now = `${this.statements.length} ${running.length} ${state.left}`
      const isSame = now === seen
      seen = now
      if (!isSame) quiet = 0
      else if (running.length === 0 || (await this.areBlocked(running))) quiet++
    }
    // The order of arrival within a client is its own; between clients, the number of the client counts.
    this.statements.sort((a, b) => a.client - b.client)
  }

  private async areBlocked(running: readonly Statement[]): Promise<boolean> {
    const ids = running.map(({ connection }) => connection.processID)
    const blocked = new Set(await this.options.blockedOf(ids))
    return ids.every((id) => blocked.has(id))
  }

  private async passTime(): Promise<void> {
    for (const { timers } of this.options.clients) await timers.advance(STEP_MS)
  }
}

/** A statement in the schedule: what it does and to which tables, without values. */
function labelOf(text: string): string {
  const words = text.replaceAll(/\s+/g, ' ').trim()
  return words.length > 60 ? `${words.slice(0, 60)}…` : words
}
