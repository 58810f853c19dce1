import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Bundles a module as a Vite application would: one minified ES module. `entry` is a path in the repository.
 * @param single includes the modules that are loaded on demand
 * @param external packages that stay imports
 */
export async function bundle(entry: string, single = false, external: readonly string[] = []): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['test/support/bundle-with-vite.mjs', entry, single ? 'single' : '', external.join()],
    {
      maxBuffer: 16 * 1024 ** 2,
    },
  )
  return stdout
}
