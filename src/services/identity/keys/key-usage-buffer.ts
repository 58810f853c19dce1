import { createWriteBuffer } from '#services/kernel/batcher/write-buffer.js'
import { recordKeyUses } from './keys.sql.js'

/** Last-use times of keys, written for all keys together: requests do not wait, and a busy key is one row. */
export const keyUses = createWriteBuffer<Date>({
  name: 'key uses',
  gatherMs: 5_000,
  write: (database, entries) =>
    database.run(recordKeyUses, { ids: entries.map(([id]) => id), times: entries.map(([, at]) => at) }),
})
