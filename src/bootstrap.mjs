// Prepares the machine before any npm script: installs packages, compiles the code and provides the project's own Node.
// Plain JavaScript without dependencies, because it runs on any installed Node, before node_modules exists.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setPriority } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { machineProblem, nodePackage, thisMachine, writeProblem } from './machine.mjs'

export const root = resolve(fileURLToPath(import.meta.url), '../..')
/** Environment of the compiled programs: Node stores compiled code, which makes the next start shorter. graphql-js tests types twice outside of production. */
export const programEnvironment = {
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node-compile'),
  NODE_ENV: 'production',
  ...process.env,
}
const installStamp = join(root, 'node_modules/.stackgate-installed')
const buildStamp = join(root, 'dist/.stackgate-built')
/** Ends the stamp of a build without a check of the types. */
const UNCHECKED = ' unchecked'
const projects = ['tsconfig.build.json', 'packages/sandbox/tsconfig.build.json']
/** Lower than that of the server, which starts at the same time. */
const BACKGROUND_PRIORITY = 10

/** Runs a command and resolves with its exit code; output is shown only when `show` is set, or kept for the error message. */
export function run(command, args, { show = false, env = process.env, onChild } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, env, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    onChild?.(child)
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

/** First and last lines: npm states the problem first, compilers state the number of errors last. */
function excerpt(output, first = 20, last = 20) {
  const lines = output.trim().split('\n')
  if (lines.length <= first + last) return lines.join('\n')
  return [...lines.slice(0, first), `… ${lines.length - first - last} lines …`, ...lines.slice(-last)].join('\n')
}

/** After this time an installation is slow enough to name the possible reason. */
const SLOW_MS = 45_000
const NO_REGISTRY =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/

async function step(say, what, work, hint = '') {
  const begin = Date.now()
  say(`${what} …`)
  const ticker = setInterval(() => {
    const waited = Date.now() - begin
    say(`${what} … ${Math.round(waited / 1000)} s${waited > SLOW_MS ? hint : ''}`)
  }, 10_000)
  try {
    await work()
    say(`${what}: done in ${((Date.now() - begin) / 1000).toFixed(1)} s`)
  } catch (error) {
    throw new Error(writeProblem(error, root) ?? networkProblem(error) ?? error.message, { cause: error })
  } finally {
    clearInterval(ticker)
  }
}

function networkProblem({ message }) {
  const [, code] = NO_REGISTRY.exec(message) ?? []
  return (
    code &&
    `the package registry cannot be reached (${code}): the first start needs the network once; behind a proxy, set HTTPS_PROXY or npm's own settings. npm said:\n${message}`
  )
}

/** Exits on a machine that Stackgate does not support. */
export function ensureMachine() {
  const problem = machineProblem(thisMachine())
  if (problem) throw new Error(problem)
}

/** Ends the stamp of an installation without packages of development. */
const WITHOUT_TOOLS = ' without packages of development'
/** Ends the stamp, with the IDs of this process and of npm, while they are added. */
const ADDING = ' adding packages of development: '

const isEarlyNpm = () => /^npm\/(?:[789]|10)\./.test(process.env.npm_config_user_agent ?? '')

function install(say, what, npmArgs, { hint, ...options } = {}) {
  const npm = process.env.npm_execpath
  // npm's own waits between its attempts would hide a missing network for 100 s.
  const retries = ['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  // npm 9 and 10 choose other versions of peer dependencies than the lock file has, and would reject it without this.
  const peers = isEarlyNpm() ? ['--legacy-peer-deps'] : []
  const args = [...npmArgs, '--ignore-scripts', ...peers, '--no-audit', '--no-fund', '--loglevel=error', ...retries]
  const env = { ...process.env, NODE_ENV: 'development' }
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  return step(say, what, () => run(command, [...first, ...args], { env, ...options }), hint)
}

/** True if packages of development are missing, and no process adds them. */
const areToolsMissing = () => readFileSync(installStamp, 'utf8').endsWith(WITHOUT_TOOLS)

/**
 * Installs the locked packages when they are missing or older than package-lock.json. Install scripts are never run.
 * @param mayLackTools true if the first installation may leave out packages of development, which takes a third of the time
 */
export async function ensureInstalled(say, mayLackTools = false) {
  ensureMachine()
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  for (;;) {
    const installed = existsSync(installStamp) ? readFileSync(installStamp, 'utf8') : ''
    if (installed === wanted) return
    const [before, other] = installed.split(ADDING)
    if (before === wanted) {
      // npm outlives the process that started it if that is killed.
      if (!other.split(' ').some((pid) => isRunning(Number(pid)))) {
        removeTools()
        writeFileSync(installStamp, `${wanted}${WITHOUT_TOOLS}`)
      } else if (mayLackTools) return
      else await new Promise((done) => setTimeout(done, 500))
    } else if (installed === `${wanted}${WITHOUT_TOOLS}`) {
      if (mayLackTools) return
      await addTools(say).done
    } else {
      // Earlier ones replace packages that are in use when they add others.
      const lacksTools = mayLackTools && !isEarlyNpm()
      await install(
        say,
        'Installing packages (once; about half a minute)',
        lacksTools ? ['ci', '--omit=dev'] : ['ci'],
        { hint: '. A slow network, or a proxy that npm does not know? HTTPS_PROXY names one' },
      )
      writeFileSync(installStamp, `${wanted}${lacksTools ? WITHOUT_TOOLS : ''}`)
      return
    }
  }
}

/** Removes the packages of development, of which some may not be complete. */
function removeTools() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const tools = Object.keys(packages).filter((path) => packages[path].dev && path.includes('node_modules/'))
  // With npm's own list of what is installed, so that npm looks.
  for (const path of [...tools, 'node_modules/.package-lock.json'])
    rmSync(join(root, path), { recursive: true, force: true })
}

/**
 * Adds the packages of development to the others, which may be in use. The next installation removes what npm has added if it is ended before.
 * @returns `done`, and `stop`, which ends npm
 */
export function addTools(say, priority = 0) {
  if (!areToolsMissing()) return { done: Promise.resolve(), stop: () => Promise.resolve() }
  const wanted = readFileSync(installStamp, 'utf8').slice(0, -WITHOUT_TOOLS.length)
  writeFileSync(installStamp, `${wanted}${ADDING}${process.pid}`)
  let child
  const onChild = (started) => {
    child = started
    if (!child.pid) return
    writeFileSync(installStamp, `${wanted}${ADDING}${process.pid} ${child.pid}`)
    if (priority > 0) setPriority(child.pid, priority)
  }
  let isStopped = false
  const done = install(say, 'Adding packages of development', ['install', '--no-save', '--include=dev'], {
    onChild,
  }).then(
    () => writeFileSync(installStamp, wanted),
    (error) => {
      // This process continues without the packages, and other programs must be able to add them.
      if (!isStopped) {
        removeTools()
        writeFileSync(installStamp, `${wanted}${WITHOUT_TOOLS}`)
      }
      throw error
    },
  )
  done.catch(() => undefined)
  const stop = () => {
    isStopped = true
    if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    return done.catch(() => undefined)
  }
  return { done, stop }
}

/** Returns false on machines for which the program that removes types does not exist. */
const transpiles = () =>
  run(nodeBinary(), [join(root, 'src/transpile.mjs')]).then(
    () => true,
    () => false,
  )

function* sources(directory, names) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      if (!['dist', 'node_modules', 'generated'].includes(entry.name)) yield* sources(path, names)
    } else if (names.test(entry.name)) yield path
  }
}

/** A text that changes with every file of the folders whose name matches, and with the content of the other files. */
function stampOf(folders, names, files) {
  const hash = createHash('sha256')
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) continue
    for (const path of sources(join(root, folder), names)) {
      const { mtimeMs, size } = statSync(path)
      hash.update(`${path}:${size}:${mtimeMs}\n`)
    }
  }
  for (const file of files) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/**
 * Compiles src and migrations into dist, and the sandbox into its own dist, when any of them changed since the last build.
 * @param mayBeUnchecked true if a first build may leave types unchecked, which takes a tenth of the time
 */
export async function ensureBuilt(say, mayBeUnchecked = false) {
  const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
  const wanted = stampOf(['src', 'packages/sandbox', 'migrations'], /\.(ts|json)$/, settings)
  const isComplete = projects.every((project) => existsSync(join(root, dirname(project), 'dist')))
  const built = isComplete && existsSync(buildStamp) ? readFileSync(buildStamp, 'utf8') : null
  if (built === wanted || (mayBeUnchecked && built === `${wanted}${UNCHECKED}`)) return
  await step(say, 'Building', async () => {
    mkdirSync(join(root, 'dist'), { recursive: true })
    if (mayBeUnchecked && built === null && (await transpiles()))
      return writeFileSync(buildStamp, `${wanted}${UNCHECKED}`)
    await run(nodeBinary(), [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects])
    writeFileSync(buildStamp, wanted)
  })
}

/** Sources of the generated modules of the client. */
const CLIENT_SOURCES = [
  'src/schema/schema.graphql',
  'src/services/kernel/codes/codes.ts',
  'src/services/kernel/outbox/event-data',
  'src/rest/openapi/json-schemas.ts',
  'packages/client/documents',
  'packages/client/scripts',
]
const generatedFolder = join(root, 'packages/client/src/generated')

/** A text that changes with the names and the content of these files. */
function clientStamp() {
  const hash = createHash('sha256')
  for (const source of CLIENT_SOURCES) {
    const path = join(root, source)
    for (const file of statSync(path).isDirectory() ? sources(path, /./) : [path])
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0')
  }
  return hash.digest('hex')
}

/**
 * Writes the modules of the client that follow from the schema, the documents, the codes and the events, when one of these changed since the last
 * time. Whatever compiles the client or the dashboard needs them; the server does not.
 * @param onChild takes the process
 */
export async function ensureGenerated(onChild = () => undefined) {
  const wanted = clientStamp()
  const stamp = join(generatedFolder, '.stackgate-generated')
  // git removes the modules, but not the stamp, between a commit that had them and one that does not.
  const isWritten = existsSync(join(generatedFolder, 'documents/index.ts'))
  if (isWritten && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await run(nodeBinary(), [join(root, 'packages/client/scripts/generate.mjs')], { onChild })
  writeFileSync(stamp, wanted)
}

/**
 * Builds the pages of the dashboard when they changed since the last build. Returns immediately: servers do not wait for the pages. A failed build
 * is reported and recorded for the server. Returns a function that ends the build.
 */
export function buildDashboard(say) {
  return startBuilds(say, [dashboardPages()])
}

/**
 * Builds the pages of the dashboard, then those of the documentation, as `buildDashboard` does.
 * @param priority of the builds, 0 for that of other programs
 */
export function buildPages(say, { dashboard, documentation, priority = BACKGROUND_PRIORITY }) {
  const builds = [...(dashboard ? [dashboardPages()] : []), ...(documentation ? [documentationPages()] : [])]
  const areMissing = existsSync(installStamp) && areToolsMissing()
  const tools = builds.length > 0 && areMissing ? addTools(() => undefined, priority) : null
  const stopBuilds = startBuilds(say, builds, priority, tools?.done)
  return async () => {
    stopBuilds()
    await tools?.stop()
  }
}

const dashboardPages = () => ({
  name: 'dashboard',
  folder: 'dashboard/dist',
  program: 'node_modules/vite/bin/vite.js',
  needed: 'dashboard/vite.config.ts',
  args: (out) => ['build', '--config', 'dashboard/vite.config.ts', '--outDir', out, '--logLevel', 'error'],
  prepare: ensureGenerated,
  stamp: () =>
    clientStamp() +
    stampOf(
      [
        'dashboard',
        'packages/client',
        'packages/react',
        'src/services/catalog/definition',
        'src/services/kernel/money',
        'src/services/kernel/text',
      ],
      /\.(tsx?|css|html|js|json|svg)$/,
      ['package-lock.json', 'docs/catalog.md', 'docs/overage.md'],
    ),
})

const documentationPages = () => ({
  name: 'documentation',
  folder: 'docs/.vitepress/dist',
  program: 'docs/.vitepress/build.mjs',
  needed: 'node_modules/vitepress/package.json',
  prepare: () => undefined,
  args: (out) => ['--served', '--out', out],
  stamp: () =>
    stampOf(
      ['docs', 'examples', 'packages', 'catalogs', 'deploy', 'bench'],
      /\.(md|mjs|js|ts|css|webp|ya?ml|json|graphql|py|go|cfg|ini|conf)$/,
      ['package-lock.json', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/schema/schema.graphql'],
    ),
})

/** True if the file names another process that runs. */
const isOtherProcess = (file) => existsSync(file) && isRunning(Number(readFileSync(file, 'utf8')))

/** True for the ID of another process that runs. */
function isRunning(pid) {
  if (!(pid > 0) || pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** A claim takes milliseconds: the file of an older one was left behind. */
const CLAIM_MS = 10_000

const builderOf = (name) => join(root, `dist/${name}.builder`)

/** Makes this process the builder of the pages. Returns false if another one builds them: of several that start together, one succeeds. */
function claim(name) {
  const lock = join(root, `dist/${name}.claim`)
  mkdirSync(dirname(lock), { recursive: true })
  if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > CLAIM_MS) rmSync(lock, { force: true })
  try {
    writeFileSync(lock, '', { flag: 'wx' })
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  try {
    if (isOtherProcess(builderOf(name))) return false
    writeFileSync(builderOf(name), String(process.pid))
    return true
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * The folder in which this process builds pages, so that a server never reads half of them and an interrupted build takes none from it. Removes
 * those of builds that were killed.
 */
export function freshFolder(name) {
  const folder = join(root, 'dist')
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(folder)) {
    const [, kind, pid] = /^(.+)-(?:old-)?(\d+)$/.exec(entry) ?? []
    if (kind === name && !isRunning(Number(pid))) rmSync(join(folder, entry), { recursive: true, force: true })
  }
  return join(folder, `${name}-${process.pid}`)
}

/** Puts built pages in the place of earlier ones, which are complete until then. */
export function publishPages(name, fresh, folder) {
  const old = join(root, `dist/${name}-old-${process.pid}`)
  rmSync(old, { recursive: true, force: true })
  if (existsSync(folder)) renameSync(folder, old)
  renameSync(fresh, folder)
  rmSync(old, { recursive: true, force: true })
}

/** Time between two looks at the build of another process. */
const OTHER_MS = 1_000

/**
 * Builds one after the other, so that the server keeps a processor.
 * @param tools resolves when packages of development are there. Null: they are, or no build needs them
 */
function startBuilds(say, builds, priority = BACKGROUND_PRIORITY, tools = /** @type {Promise<void> | null} */ (null)) {
  let child
  let isStopped = false
  const onChild = (started) => {
    child = started
    if (child.pid && priority > 0) setPriority(child.pid, priority)
  }
  const end = ({ name, fresh }) => {
    if (fresh) rmSync(fresh, { recursive: true, force: true })
    const builder = builderOf(name)
    if (existsSync(builder) && readFileSync(builder, 'utf8') === String(process.pid)) rmSync(builder, { force: true })
  }
  const buildOne = async (build) => {
    const { name, folder, fresh, program, args, prepare, wanted } = build
    try {
      await tools
      await prepare(onChild)
      if (isStopped) return
      rmSync(join(folder, 'failed.txt'), { force: true })
      const env = { ...process.env, NODE_ENV: 'production' }
      await run(nodeBinary(), [join(root, program), ...args(fresh)], { env, onChild })
      writeFileSync(join(fresh, '.stackgate-built'), wanted)
      publishPages(name, fresh, folder)
    } catch (error) {
      if (isStopped) return
      say(
        `The ${name} could not be built; the server runs without it, or with that of the last build. npm run build:${name === 'documentation' ? 'docs' : name} builds it again.\n${error.message}`,
      )
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'failed.txt'), error.message)
    } finally {
      end(build)
    }
  }
  const pending = builds.flatMap((build) => {
    if (!tools && ![build.program, build.needed].every((path) => existsSync(join(root, path)))) return []
    return [{ ...build, folder: join(root, build.folder), wanted: build.stamp(), fresh: null }]
  })
  const isOutdated = ({ folder, wanted }) => {
    const stamp = join(folder, '.stackgate-built')
    return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted
  }
  const tryClaim = (build) => {
    if (!isOutdated(build) || !claim(build.name)) return false
    build.fresh = freshFolder(build.name)
    return true
  }
  // At once, so that a stop finds them.
  const claimed = new Set(pending.filter(tryClaim))
  const runAll = async () => {
    for (const build of claimed) if (!isStopped) await buildOne(build)
    // Another process builds the others. If it is interrupted, this one does.
    for (const build of pending.filter((each) => !claimed.has(each)))
      while (isOutdated(build) && !existsSync(join(build.folder, 'failed.txt'))) {
        if (isStopped) return
        if (tryClaim(build)) await buildOne(build)
        else await new Promise((done) => setTimeout(done, OTHER_MS).unref())
      }
  }
  void runAll()
  return () => {
    isStopped = true
    if (child && child.exitCode === null && child.signalCode === null) child.kill()
    for (const build of pending) if (build.fresh) end(build)
  }
}

/** The program of a Node package; npm installs it beside or below this one. Null if it is not installed. */
function packagedNode(name) {
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin/node')
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

/**
 * Node from npm in the project's dependencies. On macOS, and where npm has none, the machine's own if it is new enough:
 * npm's Node for macOS has another major version than the tests use.
 */
export function nodeBinary() {
  const machine = thisMachine()
  if (machine.node >= 24 && machine.platform !== 'linux') return process.execPath
  const name = nodePackage(machine)
  const packaged = name && packagedNode(name)
  if (packaged) return packaged
  if (machine.node >= 24) return process.execPath
  throw new Error(
    `this is Node ${machine.node}, and the server needs Node 24 or newer: install one, or the package that contains it (npm install ${name}@24)`,
  )
}
