import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The project's folder, from the sources as well as from the build. */
export const projectFolder = findProject()

/** Where benchmarks keep their data, logs and builds. */
export const benchFolder = join(projectFolder, '.bench')

function findProject(): string {
  let folder = fileURLToPath(new URL('.', import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = join(folder, '..')
  return join(folder, '.')
}

/** A module of the built product, by its path below `src`. */
export async function builtModule<Module>(path: string): Promise<Module> {
  return (await import(pathToFileURL(join(projectFolder, 'dist/src', path)).href)) as Module
}

/** Returns an unused port. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
