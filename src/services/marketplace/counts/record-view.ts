import type { Context } from '#services/kernel/context/context.js'
import type { Database } from '#services/kernel/database/database.js'
import { addCounts } from './counts.sql.js'

/** Time for which views are buffered: a page that is read a thousand times per second is written once. */
const GATHER_MS = 1_000

type Parts = Pick<Context, 'database' | 'log' | 'timers'>
const gatherings = new WeakMap<Database, Map<string, number>>()

/** Records a view of a template's page. A killed process loses its unwritten views, which is acceptable. */
export function recordView(parts: Parts, templateId: string): void {
  const gathered = gatherings.get(parts.database) ?? begin(parts)
  gathered.set(templateId, (gathered.get(templateId) ?? 0) + 1)
}

function begin({ database, log, timers }: Parts): Map<string, number> {
  const gathered = new Map<string, number>()
  gatherings.set(database, gathered)
  timers
    .setTimeout(() => {
      gatherings.delete(database)
      database
        .run(addCounts, {
          templateIds: [...gathered.keys()],
          installs: [...gathered].map(() => 0),
          views: [...gathered.values()],
          sales: [...gathered].map(() => 0),
        })
        .catch((error: unknown) => log.warn({ err: error, templates: gathered.size }, 'template views not recorded'))
    }, GATHER_MS)
    .unref()
  return gathered
}
