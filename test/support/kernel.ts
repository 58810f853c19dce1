import { allDeclared } from '#modules/all-declarations.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { openStoredClock } from '#services/kernel/clock/business-clock.js'
import { openMachineClock } from '#services/kernel/clock/machine-clock.js'
import { readConfig } from '#services/kernel/config/config.js'
import { readSettings } from '#services/kernel/config/module-settings.js'
import type { Context } from '#services/kernel/context/context.js'
import { createSources } from '#services/kernel/context/sources.js'
import type { Database } from '#services/kernel/database/database.js'
import { createRecentTopics } from '#services/kernel/events/recent-topics.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { openNotifier } from '#services/kernel/notifier/notifier.js'
import { createSecretBox } from '#services/kernel/secrets/secret-box.js'
import { openTestDatabase } from './open-database.js'

export const START = new Date('2026-01-15T10:00:00Z')

/** Kernel of one process: a database pool, a notifier and a clock, without any domain. */
export interface Instance {
  readonly context: Context
  readonly logLines: string[]
}

/** Kernel without domains on a separate database, in any number of instances. */
export interface Kernel extends Instance {
  readonly url: string
  another(): Promise<Instance>
  /** Ends something before the database goes. */
  onClose(end: () => Promise<unknown>): void
  close(): Promise<void>
}

export async function startTestKernel(): Promise<Kernel> {
  const opened = await openTestDatabase(12)
  const ends: (() => Promise<unknown>)[] = []
  const instanceOn = async (database: Database): Promise<Instance> => {
    const sources = createSources()
    const logLines: string[] = []
    const log = createLogger('debug', { write: (line) => void logLines.push(line) })
    const notifier = await openNotifier({
      ...sources,
      url: opened.url,
      database,
      log,
      recentTopics: createRecentTopics(database),
    })
    database.onAnnounce((topics) => notifier.notify(topics))
    const machineClock = await openMachineClock(database.pool, log, sources.timers)
    ends.push(() => Promise.resolve(machineClock.stop()))
    ends.push(() => notifier.close())
    const context: Context = {
      declared: allDeclared,
      timers: sources.timers,
      random: sources.random,
      config: readConfig({}),
      settings: readSettings(allDeclared.settings, readConfig({})),
      database,
      clock: await openStoredClock(database, notifier, START),
      machineClock,
      notifier,
      log,
      metrics: createMetrics(),
      secrets: createSecretBox(['a key of the tests']),
      requestId: 'test',
    }
    return { context, logLines }
  }
  return {
    ...(await instanceOn(opened.database)),
    url: opened.url,
    another: async () => instanceOn(await opened.another()),
    onClose: (end) => ends.unshift(end),
    async close() {
      for (const end of ends) await end()
      await opened.close()
    },
  }
}

/** Promise that is resolved from outside. */
export function createDeferred(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

export const delay = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds))
