import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'expect'
import { root } from '#proof/root.js'

/** What the servers of the tests need: a database server with a migrated template, and a folder. */
export interface TestWorld {
  close(): Promise<void>
}

const globals = globalThis as Record<string, unknown>

/** Starts the database of the test servers. Within the test suite it exists already. */
export async function openTestWorld(): Promise<TestWorld> {
  if (process.env['STACKGATE_TEST_SERVER']) return { close: () => Promise.resolve() }
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'stackgate-proof-'))
  // The database server of a run as root belongs to another user, who needs access.
  chmodSync(folder, 0o755)
  process.chdir(root)
  process.env['STACKGATE_TEST_DATA'] = folder
  await import('reflect-metadata')
  // The servers of the tests compare all traffic with the documented schemas, and expect as the test runner does.
  globals['expect'] = expect
  globals['apiSchemas'] = await import(join(root, 'test/support/api-schemas.mjs'))
  const setUp = (await import(join(root, 'test/support/global-setup.mjs'))) as { default: () => Promise<void> }
  await setUp.default()
  return {
    async close() {
      await (globals['stackgateTestServer'] as { stop(): Promise<void> }).stop()
      rmSync(folder, { recursive: true, force: true })
      // The next layer starts its own.
      delete process.env['STACKGATE_TEST_SERVER']
    },
  }
}
