import type { ModelResult } from '#proof/models/run-models.js'
import type { PlantedResult } from '#proof/planted/run-planted.js'

/** A difference that a layer found, with the command that replays it. */
export interface ProofFailure {
  readonly layer: LayerName
  readonly seed: number
  readonly step: number
  readonly message: string
  readonly replay: string
  /** Shortest steps that still fail, if the layer shrinks. */
  readonly needed: readonly unknown[]
}

export type LayerName = 'decisions' | 'server' | 'histories' | 'interleavings'

/** Result of one layer. */
export interface LayerOutcome {
  readonly layer: LayerName
  readonly firstSeed: number
  readonly seeds: number
  readonly steps: number
  readonly years: number
  readonly seconds: number
  /** Processor time of the process and its children during the layer: PostgreSQL and the servers. */
  readonly processorSeconds: number
  readonly failures: readonly ProofFailure[]
  /** Further figures, such as the number of killed servers. */
  readonly figures: Readonly<Record<string, number | string>>
  /** Operations of the public API that were called, in layers that record them. */
  readonly called?: readonly string[]
}

/** Everything that a run of the proof found: the JSON file and the page are made of it. */
export interface ProofResult {
  readonly project: string
  readonly version: string
  readonly commit: string | null
  /** SHA-256 over the sources, migrations and the proof. */
  readonly sources: string
  readonly node: string
  readonly platform: string
  readonly processors: string
  readonly startedAt: string
  readonly seconds: number
  /** Load average of a minute. */
  readonly load: { readonly before: number; readonly after: number }
  readonly passed: boolean
  readonly layers: readonly LayerOutcome[]
  readonly models: readonly ModelResult[]
  readonly planted: readonly PlantedResult[]
}

/** What a layer proves, and what it does not. */
export const LAYERS: Readonly<
  Record<LayerName, { readonly title: string; readonly proves: string; readonly limits: string }>
> = {
  decisions: {
    title: 'Decisions',
    proves:
      'The functions that decide about units, plans, packs, refunds, credit and grace give the results of an independent model, in any order of steps. The rows that they write sum to every balance.',
    limits: 'Nothing about the database, concurrency, the network or the payment provider.',
  },
  server: {
    title: 'Whole server',
    proves:
      'A server with its database and the payment sandbox keeps all invariants over account-years, product and provider agree after every step, and the same seed gives the same log.',
    limits:
      'Nothing about concurrency: the driver waits until the server is idle after each step. The provider is the sandbox.',
  },
  histories: {
    title: 'Histories under faults',
    proves:
      'What concurrent clients were told while servers were killed is explained by some order of their calls: each key counts once, nothing that was confirmed is lost, and no balance is below zero.',
    limits: 'Only the interleavings that occurred. Another run has others.',
  },
  interleavings: {
    title: 'Interleavings',
    proves:
      'Three servers change one account at the same time. The seed decides which statement PostgreSQL receives next, also while others wait for a lock, and the same seed makes the same schedule. Balances, keys and limits hold in each.',
    limits: 'Only the schedules of the seeds, and only the races of the list. A statement itself is not interrupted.',
  },
}
