import { existsSync, rmSync } from 'node:fs'
import { builtModule } from './project.js'

/** Deletes the data folder with its database, also if the cluster is in another place. */
export async function deleteData(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return
  const { deleteEmbeddedPostgres } = await builtModule<{ deleteEmbeddedPostgres: (dataDir: string) => Promise<void> }>(
    'services/kernel/embedded-postgres/start-embedded-postgres.js',
  )
  await deleteEmbeddedPostgres(dataDir)
  rmSync(dataDir, { recursive: true, force: true })
}
