import { remedyOf } from '#services/kernel/database/connection-error.js'
import { requireUsablePooler } from '#services/kernel/database/usable-server.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { checked, ok, type Finding } from '#services/kernel/doctor/finding.js'

/** Checks that the pooler leads to a primary server, and that its sessions have the settings of Stackgate. */
export const checkPooler = (url: string, timers: Timers): Promise<Finding[]> =>
  checked(
    'pooler',
    async () => {
      await requireUsablePooler({ url, timers })
      return [ok('pooler', 'the sessions of DATABASE_URL have the required settings')]
    },
    (error) => remedyOf(error) ?? 'see docs/scale.md, PgBouncer',
  )
