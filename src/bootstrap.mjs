// What every npm script needs before anything of ours can run: packages installed, code compiled, and the project's own Node.
// Plain JavaScript without dependencies, because it runs on whichever Node the machine has, before node_modules exists.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(fileURLToPath(import.meta.url), '../..')
const installStamp = join(root, 'node_modules/.stackgate-installed')
const buildStamp = join(root, 'dist/.stackgate-built')

/** Runs a command and resolves with its exit code; output is shown only when `show` is set, or kept for the error message. */
export function run(command, args, { show = false, env = process.env } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, env, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', fail)
    child.on('exit', (code, signal) => {
      if (code === 0) done(0)
      else fail(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${excerpt(output)}`))
    })
  })
}

/** The first and the last lines: npm says first what is wrong, compilers say last how many errors there are. */
function excerpt(output, first = 20, last = 20) {
  const lines = output.trim().split('\n')
  if (lines.length <= first + last) return lines.join('\n')
  return [...lines.slice(0, first), `… ${lines.length - first - last} lines …`, ...lines.slice(-last)].join('\n')
}

async function step(say, what, work) {
  const begin = Date.now()
  say(`${what} …`)
  const ticker = setInterval(() => say(`${what} … ${Math.round((Date.now() - begin) / 1000)} s`), 10_000)
  try {
    await work()
    say(`${what}: done in ${((Date.now() - begin) / 1000).toFixed(1)} s`)
  } finally {
    clearInterval(ticker)
  }
}

/** Installs the locked packages when they are missing or older than package-lock.json. Install scripts are never run. */
export async function ensureInstalled(say) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === wanted) return
  const npm = process.env.npm_execpath
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const env = { ...process.env, NODE_ENV: 'development' }
  await step(say, 'Installing packages (once; about half a minute)', () =>
    npm?.endsWith('.js') ? run(process.execPath, [npm, ...args], { env }) : run('npm', args, { env }),
  )
  writeFileSync(installStamp, wanted)
}

function* sources(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (/\.(ts|json)$/.test(entry.name)) yield path
  }
}

/** Compiles src, sandbox and migrations into dist when any of them changed since the last build. */
export async function ensureBuilt(say) {
  const hash = createHash('sha256')
  for (const directory of ['src', 'sandbox', 'migrations']) {
    if (!existsSync(join(root, directory))) continue
    for (const path of sources(join(root, directory))) {
      const { mtimeMs, size } = statSync(path)
      hash.update(`${path}:${size}:${mtimeMs}\n`)
    }
  }
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'])
    hash.update(readFileSync(join(root, file)))
  const wanted = hash.digest('hex')
  if (existsSync(buildStamp) && readFileSync(buildStamp, 'utf8') === wanted) return
  await step(say, 'Building', () =>
    run(nodeBinary(), [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']),
  )
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(buildStamp, wanted)
}

/** The Node that the project brings along from npm; the machine's own where npm has none for the platform and it is new enough. */
export function nodeBinary() {
  const own = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
  if (existsSync(own)) return own
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Error(
    `Stackgate needs Node 24 and npm has none for ${process.platform}-${process.arch}: run it with Node 24 or newer`,
  )
}
