import type { DueKind } from '../state/records.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'

/** Handlers of due work, by kind. */
export type DueHandlers = Record<DueKind, (world: SandboxState, subject: string) => void>

/** Due work that failed. Its subject waits, and everything else continues. */
export interface FailedWork {
  readonly kind: DueKind
  readonly subject: string
  readonly message: string
  /** Time of the next attempt. */
  readonly retryAt: string
}

/** Business time after which failed work is repeated. */
const RETRY_MS = 24 * 60 * 60 * 1000

/** Moves the clock from due moment to due moment; at each the effects run and their deliveries are awaited. */
export class TimeMachine {
  readonly #world: SandboxState
  readonly #handlers: DueHandlers
  readonly #settle: () => Promise<void>
  readonly #report: (text: string, error: unknown) => void
  readonly #failed = new Map<string, FailedWork>()
  #last: Promise<void> = Promise.resolve()

  constructor(
    world: SandboxState,
    handlers: DueHandlers,
    { settle, report }: { settle: () => Promise<void>; report: (text: string, error: unknown) => void },
  ) {
    this.#world = world
    this.#handlers = handlers
    this.#settle = settle
    this.#report = report
  }

  /** Advances to an instant (milliseconds). Concurrent calls run one after another. */
  advance(target: () => number): Promise<void> {
    const run = this.#last.then(() => this.#run(target()))
    this.#last = run.catch(() => undefined)
    return run
  }

  /** Work that failed at its last attempt. */
  get failed(): readonly FailedWork[] {
    return [...this.#failed].flatMap(([id, failed]) => (this.#world.store.get('due', id) ? [failed] : []))
  }

  async #run(target: number): Promise<void> {
    const { clock, due } = this.#world
    while (due.nextAt !== null && due.nextAt <= target) {
      clock.moveTo(due.nextAt)
      // Work that an effect makes due immediately runs in the same step.
      while (this.#runNext());
      await this.#settle()
    }
    clock.moveTo(target)
    await this.#settle()
  }

  /** Runs the next due entry as one transaction, which is rolled back if it fails. False if nothing is due now. */
  #runNext(): boolean {
    const { due, clock } = this.#world
    const entry = due.first(clock.now)
    if (entry === undefined) return false
    const { id, kind, subject } = entry
    try {
      causedBy(this.#world, BY_ITSELF, () => {
        due.cancel(kind, subject)
        this.#handlers[kind](this.#world, subject)
      })
      this.#failed.delete(id)
    } catch (error) {
      const at = clock.now + RETRY_MS
      causedBy(this.#world, BY_ITSELF, () => due.schedule(kind, subject, at))
      const message = error instanceof Error ? error.message : String(error)
      this.#failed.set(id, { kind, subject, message, retryAt: new Date(at).toISOString() })
      this.#report(`${kind} of ${subject} failed and is repeated after a day: ${message}`, error)
    }
    return true
  }
}
