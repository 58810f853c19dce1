// `npm run pack`: writes the package `stackgate` as npm would publish it: everything that a server needs, and nothing of development.
// `npm run pack -- --out FOLDER` names the folder (default: `dist/packages`).
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt, ensureInstalled, nodeBinary, root, run } from '../src/bootstrap.mjs'

const say = (line) => process.stderr.write(`pack: ${line}\n`)
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/** Compiled code without declarations and build records. */
const isRuntime = (path) =>
  !/\.(d\.ts|tsbuildinfo)$|\.stackgate-built$|\/dashboard-\d+$|\/test-certificates(\/|$)|\/dist\/packages(\/|$)/.test(
    path,
  )

const packages = [
  {
    folders: ['dist', 'catalogs', 'dashboard/dist', 'packages/sandbox/dist', 'packages/sandbox/contract'],
    files: [
      'src/bootstrap.mjs',
      'src/machine.mjs',
      'src/stackgate.mjs',
      'packages/sandbox/package.json',
      'LICENSE',
      'README.md',
    ],
    manifest: serverManifest,
  },
]

function serverManifest() {
  const { name, version, description, license, type, dependencies, optionalDependencies, engines } =
    read('package.json')
  const sandbox = read('packages/sandbox/package.json').dependencies
  const { typescript: _compiler, ...needed } = { ...sandbox, ...dependencies }
  return {
    name,
    version,
    description,
    license,
    type,
    bin: { stackgate: 'src/stackgate.mjs' },
    imports: { '#*.mjs': './src/*.mjs', '#migrations/*.js': './dist/migrations/*.js', '#*.js': './dist/src/*.js' },
    dependencies: Object.fromEntries(Object.entries(needed).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    optionalDependencies,
    engines,
  }
}

async function pack({ folders, files, manifest }, out) {
  const staged = mkdtempSync(join(tmpdir(), 'stackgate-pack-'))
  try {
    for (const folder of folders)
      cpSync(join(root, folder), join(staged, folder), {
        recursive: true,
        filter: (path) => isRuntime(path) && !path.endsWith('.ts'),
      })
    for (const file of files) {
      mkdirSync(join(staged, file, '..'), { recursive: true })
      cpSync(join(root, file), join(staged, file))
    }
    writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
    await run('npm', ['pack', '--pack-destination', out, staged], { show: true })
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
}

const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist/packages') } } })
const out = resolve(values.out)
await ensureInstalled(say)
await ensureBuilt(say)
await run(
  nodeBinary(),
  [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'dashboard/vite.config.ts'],
  {
    env: { ...process.env, NODE_ENV: 'production' },
  },
)
mkdirSync(out, { recursive: true })
for (const each of packages) await pack(each, out)
