import { operatorLoaders } from '../context/ops/operator-loaders.js'
import { AccountExportPartSchema } from '../entities/ops/account-export-part.entity.js'
import { AccountJobSchema } from '../entities/ops/account-job.entity.js'
import { AccountInvariantsResolver } from '../resolvers/ops/account-invariants.resolver.js'
import { AccountJobResolver } from '../resolvers/ops/account-job.resolver.js'
import { AccountsResolver } from '../resolvers/ops/accounts.resolver.js'
import { AuditResolver } from '../resolvers/ops/audit.resolver.js'
import { ClockResolver } from '../resolvers/ops/clock.resolver.js'
import { DeadLetterResolver } from '../resolvers/ops/dead-letter.resolver.js'
import { InvariantResolver } from '../resolvers/ops/invariant.resolver.js'
import { operationNodes } from '../resolvers/ops/operation-nodes.js'
import { OperatorEventsResolver } from '../resolvers/ops/operator-events.resolver.js'
import { QueueStatsResolver } from '../resolvers/ops/queue-stats.resolver.js'
import { SearchResolver } from '../resolvers/ops/search.resolver.js'
import { accountExportRoutes } from '../rest/ops/account-exports.js'
import { auditLogRoutes } from '../rest/ops/audit-log.js'
import { DELETION_JOB, EXPORT_JOB } from '../services/ops/account-data/account-jobs.js'
import { runDeletion } from '../services/ops/account-data/run-deletion.js'
import { runExport } from '../services/ops/account-data/run-export.js'
import { catchUpBoth } from '../services/ops/advance-clock/advance-clock.js'
import { logEvents } from '../services/ops/log-events/log-events.js'
import { operationsErasure } from '../services/ops/account-data/operations-erasure.js'
import { operationsRetention } from '../services/ops/retention/operations-retention.js'
import { operationsEvents } from '../services/ops/event-data/operations-events.js'
import { operationsSearch } from '../services/ops/search/search-ctes.js'
import '../schema/ops/extended-types.js'
import { defineModule } from './module.js'

/** Its tables. They give statements their types. */
export const operationsEntities = [AccountJobSchema, AccountExportPartSchema] as const

/** Views and acts of operators: search, audit log, queues, the clock of a sandbox, exports and deletions of accounts. */
export const operations = defineModule({
  name: 'operations',
  requires: ['core'],
  entities: operationsEntities,
  resolvers: [
    OperatorEventsResolver,
    ClockResolver,
    AccountsResolver,
    SearchResolver,
    DeadLetterResolver,
    QueueStatsResolver,
    AccountInvariantsResolver,
    AuditResolver,
    AccountJobResolver,
    InvariantResolver,
  ],
  loaders: operatorLoaders,
  nodes: operationNodes,
  routes: (host) => [auditLogRoutes(host), accountExportRoutes(host)],
  events: operationsEvents,
  on: () => ({ '*': [logEvents] }),
  jobs: { [EXPORT_JOB]: runExport, [DELETION_JOB]: runDeletion },
  search: operationsSearch,
  erasure: operationsErasure,
  retention: operationsRetention,
  dashboardPages: {
    operations: ['/ops/accounts', '/ops/accounts/$id', '/ops/dead-letters', '/ops/invariants', '/ops/audit'],
  },
  documentation: ['account-data.md'],
  movesClock: true,
  // All workers run while the clocks catch up.
  started: async (system) => {
    if (system.sandboxClock) await catchUpBoth(system)
  },
})
