import { builtModule } from './project.js'

// PostgreSQL of a peer, in a separate process: on that of our server, the peer would be charged with its background work.

interface Embedded {
  readonly startEmbeddedPostgres: (options: { dataDir: string }) => Promise<{ url: string; stop: () => Promise<void> }>
}

const { startEmbeddedPostgres } = await builtModule<Embedded>(
  'services/kernel/embedded-postgres/start-embedded-postgres.js',
)
const started = startEmbeddedPostgres({ dataDir: process.env['DATA_DIR']! })
let stopping: Promise<void> | undefined
// PostgreSQL is not in the group that a signal reaches: also a signal during its start must stop it, and the end of a benchmark that was killed.
for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const)
  process.on(event, () => {
    stopping ??= started
      .then((postgres) => postgres.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      )
  })
process.send!({ url: (await started).url })
