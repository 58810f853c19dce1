import { spawnSync } from 'node:child_process'
import { chmodSync, globSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Packages of the distribution in a folder of the run. Nothing is installed on the machine. */
export interface UnpackedPackages {
  readonly root: string
  /** `LD_LIBRARY_PATH` of their programs. */
  readonly libraries: string
}

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 16 * 1_048_576 })

/** Downloads packages with those that they need, and unpacks them. Returns the reason if that is not possible here. */
export function unpackPackages(names: readonly string[]): UnpackedPackages | string {
  if (process.platform !== 'linux' || run('apt-get', ['--version']).status !== 0)
    return `this machine has no apt-get to download ${names[0]} with`
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-packages-'))
  // The programs run as another user.
  chmodSync(folder, 0o755)
  const [archives, root] = [join(folder, 'archives'), join(folder, 'root')]
  mkdirSync(join(archives, 'partial'), { recursive: true })
  const options = [`Dir::Cache::archives=${archives}`, 'Debug::NoLocking=1', 'APT::Sandbox::User=']
  const flags = ['-y', '-q', '--download-only', '--no-install-recommends', '--reinstall']
  const fetched = run('apt-get', ['install', ...flags, ...options.flatMap((one) => ['-o', one]), ...names])
  if (fetched.status !== 0) return `the packages ${names.join(', ')} cannot be downloaded`
  for (const name of readdirSync(archives).filter((one) => one.endsWith('.deb')))
    if (run('dpkg', ['-x', join(archives, name), root]).status !== 0) return `${name} cannot be unpacked`
  return { root, libraries: globSync(join(root, 'usr/lib/*-linux-gnu')).join(':') }
}
