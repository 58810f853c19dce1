import type { DueKind } from '../state/records.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'

/** Handlers of due work, by kind. */
export type DueHandlers = Record<DueKind, (world: SandboxState, subject: string) => void>

/** Moves the clock from due moment to due moment; at each the effects run and their deliveries are awaited. */
export class TimeMachine {
  readonly #world: SandboxState
  readonly #handlers: DueHandlers
  readonly #settle: () => Promise<void>
  #last: Promise<void> = Promise.resolve()

  constructor(world: SandboxState, handlers: DueHandlers, settle: () => Promise<void>) {
    this.#world = world
    this.#handlers = handlers
    this.#settle = settle
  }

  /** Advances to an instant (milliseconds). Concurrent calls run one after another. */
  advance(target: () => number): Promise<void> {
    const run = this.#last.then(() => this.#run(target()))
    this.#last = run.catch(() => undefined)
    return run
  }

  async #run(target: number): Promise<void> {
    const { clock, due } = this.#world
    while (due.nextAt !== null && due.nextAt <= target) {
      clock.moveTo(due.nextAt)
      // Work that an effect makes due immediately runs in the same step.
      while (causedBy(this.#world, BY_ITSELF, () => this.#runNext()));
      await this.#settle()
    }
    clock.moveTo(target)
    await this.#settle()
  }

  /** Runs the next due entry as one transaction. False if nothing is due now. */
  #runNext(): boolean {
    const entry = this.#world.due.take(this.#world.clock.now)
    if (entry === undefined) return false
    this.#handlers[entry.kind](this.#world, entry.subject)
    return true
  }
}
