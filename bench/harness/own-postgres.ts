import { builtModule } from './project.js'

// PostgreSQL of a peer, in a separate process: on that of our server, the peer would be charged with its background work.

interface Embedded {
  readonly startEmbeddedPostgres: (options: { dataDir: string }) => Promise<{ url: string; stop: () => Promise<void> }>
}

const { startEmbeddedPostgres } = await builtModule<Embedded>(
  'services/kernel/embedded-postgres/start-embedded-postgres.js',
)
const postgres = await startEmbeddedPostgres({ dataDir: process.env['DATA_DIR']! })
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void postgres.stop().then(() => process.exit(0)))
process.send!({ url: postgres.url })
