import { spawn } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { startBenchServer } from '../entitlements/bench-server.js'
import { deleteData } from '../harness/delete-data.js'
import { projectFolder } from '../harness/project.js'
import { rounded } from '../statistics.js'
import { seedLedger } from './seed-ledger.js'

const FIGURE_SECONDS = 120

/** A database with a million ledger entries: backed up beside its running server, restored into another data folder, every rule checked. */
export async function measureBackup(bench: Bench): Promise<void> {
  const { folder, server, client } = await startBenchServer('ops-backup')
  const entries = await seedLedger(client)
  bench.say(`${entries} ledger entries`)
  const file = join(folder, 'bench.backup')
  const restored = join(folder, 'restored')
  rmSync(file, { force: true })
  const env = { CATALOG: join(folder, 'catalog.yaml') }
  const begin = performance.now()
  const backup = await command(['backup', file], { ...env, DATA_DIR: join(folder, 'data') })
  const backedUp = performance.now()
  const restore = await command(['restore', file, '--data-dir', restored], { ...env, DATA_DIR: join(folder, 'idle') })
  const end = performance.now()
  bench.say(
    `backup ${((backedUp - begin) / 1000).toFixed(1)} s (${(statSync(file).size / 1e6).toFixed(0)} MB), restore with every rule checked ${((end - backedUp) / 1000).toFixed(1)} s`,
  )
  bench.measured(
    {
      name: 'ops/backup-restore',
      unit: 's',
      ours: rounded((end - begin) / 1000, 1),
      peer: null,
      peerName: null,
      ratio: null,
      runs: 1,
      spread: 0,
    },
    { max: FIGURE_SECONDS },
  )
  bench.holds('ledger entries in the backup', backup.tables['ledger_entry'], entries)
  bench.holds('rows restored', restore.tables, backup.tables)
  bench.holds('rules that do not hold of what was restored', restore.broken, [])
  await client.end()
  bench.holds('left running', await server.stop(), [])
  await deleteData(restored)
  await deleteData(join(folder, 'data'))
  rmSync(folder, { recursive: true, force: true })
}

interface Answer {
  readonly tables: Readonly<Record<string, number>>
  readonly broken?: readonly string[]
}

function command(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Answer> {
  const child = spawn('npm', ['run', '--silent', 'db', '--', ...args], {
    cwd: projectFolder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 || said
        ? resolve(JSON.parse(said) as Answer)
        : reject(new Error(`npm run db -- ${args.join(' ')} ended with ${code}`)),
    )
  })
}
