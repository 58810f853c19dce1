import { createWriteBuffer } from '#services/kernel/batcher/write-buffer.js'
import type { Context } from '#services/kernel/context/context.js'
import { addViews } from './counts.sql.js'

/** A page that is read a thousand times per second is written once. */
const buffer = createWriteBuffer<number>({
  name: 'template views',
  gatherMs: 1_000,
  write: (database, entries) =>
    database.run(addViews, {
      templateIds: entries.map(([id]) => id),
      views: entries.map(([, views]) => views),
    }),
})

/** Records a view of a template's page. A killed process loses its unwritten views, which is acceptable. */
export const recordView = (parts: Pick<Context, 'database' | 'log' | 'timers'>, templateId: string): void =>
  buffer.note(parts, templateId, (views = 0) => views + 1)
