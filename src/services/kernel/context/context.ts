import type { BusinessClock } from '../clock/business-clock.js'
import type { MachineClock } from '../clock/machine-clock.js'
import type { Config } from '../config/config.js'
import type { Settings } from '../config/module-settings.js'
import type { Declared } from './declared.js'
import type { Database } from '../database/database.js'
import type { Logger } from '../logger/logger.js'
import type { Metrics } from '../metrics/metrics.js'
import type { Notifier } from '../notifier/notifier.js'
import type { Random } from '../random/random.js'
import type { SecretBox } from '../secrets/secret-box.js'
import type { Timers } from '../time/timers.js'

/**
 * Dependencies of an operation: the services of the process, and the current request. Higher domains extend it with
 * their own ports (the caller, the catalog, the payment providers). The composition root creates the one object that
 * implements them all.
 */
export interface Context {
  readonly config: Config
  /** Values of the settings of the installed modules, by name. */
  readonly settings: Settings
  readonly database: Database
  readonly clock: BusinessClock
  readonly machineClock: MachineClock
  /** The process's own clock and its timers. */
  readonly timers: Timers
  /** Ids of rows come from the database handle (`database.newId`). */
  readonly random: Random
  readonly notifier: Notifier
  readonly log: Logger
  readonly metrics: Metrics
  readonly secrets: SecretBox
  /** Lists that the modules of the installation declare. */
  readonly declared: Declared
  /** One id from the edge to the log, the outbox and the provider call. */
  readonly requestId: string
}
