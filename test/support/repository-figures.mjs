// Figures that say how often this repository states the same fact. `npm run figures` prints them, and
// `test/architecture/repository-figures.test.ts` holds the ones that may only fall.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import ts from 'typescript-api'
import { root } from '#bootstrap.mjs'

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
const textOf = (path) => readFileSync(join(root, path), 'utf8')

/** Files that a program writes, and the lock file. */
const GENERATED =
  /(^|\/)(package-lock\.json|schema\.graphql|schema\.sql)$|\/generated\/|\.api\.md$|^docs\/changelog\/schema\.md$|-baseline\.json$|\.webp$/

const LAYERS = [
  'src/schema',
  'src/resolvers',
  'src/rest',
  'src/services',
  'src/entities',
  'src/edge',
  'src/context',
  'src/wiring',
  'src/startup',
  'src/cli',
  'migrations',
  'packages',
  'dashboard',
  'proof',
  'bench',
  'test',
  'docs',
]

/** Returns the figures by name, in the order in which they are printed. */
export function repositoryFigures() {
  const files = git('ls-files').split('\n').filter(Boolean)
  const sources = files.filter((path) => /^src\/.*\.ts$/.test(path))
  return {
    'lines of src': linesOf(sources),
    'lines of src without blank lines': sources.reduce(
      (sum, path) =>
        sum +
        textOf(path)
          .split('\n')
          .filter((line) => line.trim() !== '').length,
      0,
    ),
    'lines of src without blank lines, comments and imports': codeLines(sources),
    'files of src that name more than two modules': sources.filter((path) => namedModules(path).size > 2).length,
    'root operations': rootOperations(),
    ...filesOfMutations(files),
    'generated lines in git': linesOf(
      files.filter((path) => GENERATED.test(path) && !path.endsWith('.webp') && !path.endsWith('package-lock.json')),
    ),
    'hand-written REST operations': handWrittenOperations(sources),
    'circles of folders': circlesOfFolders(sources).length,
    'folders in circles': circlesOfFolders(sources).flat().length,
    'circles by first folder of a domain': circlesOfFolders(sources, textOf, firstFolderOf).length,
    'lookups of a provider by its name': sources.reduce(
      (sum, path) => sum + (textOf(path).match(/\bproviderOf\(/g)?.length ?? 0),
      0,
    ),
    'files that know the credit notes of an invoice': sources.filter((path) => textOf(path).includes('creditNotes'))
      .length,
    ...walkOfWebhook(),
    ...capsAndAlerts(files),
    'interfaces that restate a GraphQL type': restatedInterfaces(sources).length,
    decisions: files.filter((path) => /^docs\/decisions\/\d{4}-/.test(path)).length,
    'words of CONTRIBUTING, architecture, glossary and style': [
      'CONTRIBUTING.md',
      'docs/architecture.md',
      'docs/glossary.md',
      'docs/style.md',
    ].reduce((sum, path) => sum + textOf(path).split(/\s+/).filter(Boolean).length, 0),
    'words of the documentation': [...wordsByPage(files).values()].reduce((sum, words) => sum + words, 0),
    'lines of the GraphQL guide': textOf('docs/graphql.md').trimEnd().split('\n').length,
  }
}

/** Pages for readers: those of docs/ on the site except changelogs, and the READMEs of the project, the packages and the examples. */
const READ_PAGE =
  /^(?:README\.md|(?:packages|examples)\/[^/]+\/README\.md|docs\/(?!changelog\/|decisions\/|requirements\.md$).*\.md)$/

/** Number of words that people write on each page for readers, without generated parts and samples. */
export function wordsByPage(files = git('ls-files').split('\n')) {
  return new Map(
    files.filter((path) => READ_PAGE.test(path) && !GENERATED.test(path)).map((path) => [path, wordsOf(textOf(path))]),
  )
}

const wordsOf = (page) =>
  page
    .replaceAll(/<!-- ([\w-]+(?: routes)?)(?:: [^>]*)? -->\n[^]*?<!-- \/\1 -->/g, '')
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** Lines of each layer that people write. */
export function linesByLayer() {
  const files = git('ls-files')
    .split('\n')
    .filter((path) => /\.(ts|tsx|mts|mjs|js|css|sql|md|yaml|yml|graphql)$/.test(path) && !GENERATED.test(path))
  return Object.fromEntries(
    LAYERS.map((layer) => [layer, linesOf(files.filter((path) => path.startsWith(`${layer}/`)))]),
  )
}

/** Lines of the code of each domain, in all layers of `src`, without blank lines, comments and imports. */
export function codeLinesByDomain() {
  const byDomain = {}
  for (const path of git('ls-files', 'src').split('\n'))
    if (path.endsWith('.ts')) (byDomain[domainOf(path) ?? 'no domain'] ??= []).push(path)
  return Object.fromEntries(
    Object.entries(byDomain)
      .map(([domain, paths]) => [domain, codeLines(paths)])
      .toSorted(([, one], [, other]) => other - one),
  )
}

const LAYERS_WITH_DOMAINS = 'context|entities|resolvers|rest|schema|services'
const DOMAIN_OF_PATH = new RegExp(
  `^src/(?:${LAYERS_WITH_DOMAINS})/(billing|catalog|deployments|entitlements|identity|kernel|marketplace|ops)/`,
)
const domainOf = (path) => DOMAIN_OF_PATH.exec(path)?.[1]

/** The module of each domain. */
const MODULE_OF = { billing: 'billing', deployments: 'deployments', marketplace: 'marketplace', ops: 'operations' }

/** Modules to whose domains a file belongs or from which it imports values or types. */
const namedModules = (path) =>
  new Set(
    [
      path,
      ...[...textOf(path).matchAll(/from\s+'([^']+)'/g)].map(([, specifier]) => targetOf(path, specifier)),
    ].flatMap((target) => {
      const domain = domainOf(target)
      return domain ? [MODULE_OF[domain] ?? 'core'] : []
    }),
  )

/** Lines of files without blank lines, comments and imports. */
const codeLines = (paths) =>
  paths.reduce(
    (sum, path) =>
      sum +
      textOf(path)
        .replaceAll(/^import\s(?:type\s)?(?:[^'"]*?\sfrom\s)?'[^']*'.*$/gm, '')
        .replaceAll(/^\s*\/\*[^]*?\*\/\s*$/gm, '')
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length,
    0,
  )

/** Number of queries, mutations and subscriptions. */
const rootOperations = () =>
  [
    ...textOf('src/schema/schema.graphql')
      .replaceAll(/"""[^]*?"""/g, '')
      .matchAll(/^type (?:Query|Mutation|Subscription)\b[^{]*\{\n(.*?)^\}/gms),
  ].flatMap(([, body]) => [...body.replaceAll(/\([^)]*\)/g, '').matchAll(/^ {2}\w+\s*:/gm)]).length

/** Median and 90th percentile of the files that each of the last `count` commits of a feature changed. */
export function filesOfFeatureCommits(count) {
  const counts = git('log', '--no-merges', `--max-count=${count}`, '--grep=^feat', '--name-only', '--format=%x00%h %s')
    .split('\0')
    .slice(1)
    .map(
      (commit) =>
        commit
          .split('\n')
          .slice(1)
          .filter((path) => path !== '' && !GENERATED.test(path)).length,
    )
    .toSorted((one, other) => one - other)
  const at = (part) => counts[Math.min(counts.length - 1, Math.floor(counts.length * part))] ?? 0
  return { commits: counts.length, median: at(0.5), percentile90: at(0.9) }
}

/** Pages and files that name mutations without being changed for a new one, or after it alone. */
const NAMES_AFTERWARDS =
  /^(?:CHANGELOG\.md|docs\/(?:changelog|decisions)\/|docs\/(?:proof-coverage|rest-api)\.md|bench\/|findings\/|test\/(?:support|architecture)\/repository-figures\.)/

/**
 * Files that name a mutation: the median of all mutations, one that 51d384ce5 added with 22 files, and the mutation of the probe, which needs a
 * type, a service, a resolver, the list of its module, and a test.
 */
function filesOfMutations(files) {
  const [, body] = /^type Mutation\b[^{]*\{\n(.*?)^\}/ms.exec(
    textOf('src/schema/schema.graphql').replaceAll(/"""[^]*?"""/g, ''),
  )
  const mutations = [...body.replaceAll(/\([^)]*\)/g, '').matchAll(/^ {2}(\w+)\s*:/gm)].map(([, name]) => name)
  const ofWord = new Map(
    [...mutations, 'greetProbe'].flatMap((name) => [
      [name, name],
      [name[0].toUpperCase() + name.slice(1), name],
      [name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), name],
    ]),
  )
  const counts = new Map([...ofWord.values()].map((name) => [name, 0]))
  for (const path of files.filter(
    (one) => !GENERATED.test(one) && !NAMES_AFTERWARDS.test(one) && /\.(?:tsx?|mjs|md|graphql)$/.test(one),
  )) {
    const words = `${path} ${textOf(path)}`.match(/[A-Za-z][\w-]*/g) ?? []
    for (const name of new Set(words.map((word) => ofWord.get(word.replace(/(?:Args|Input|Document)$/, '')))))
      if (name) counts.set(name, counts.get(name) + 1)
  }
  const sorted = mutations.map((name) => counts.get(name)).toSorted((one, other) => one - other)
  return {
    'files that name a mutation, median': sorted[Math.floor(sorted.length / 2)],
    'files that name withdrawTemplateSubmission': counts.get('withdrawTemplateSubmission'),
    'files of the probe of a mutation': counts.get('greetProbe'),
  }
}

const linesOf = (paths) => paths.reduce((sum, path) => sum + (textOf(path).match(/\n/g)?.length ?? 0), 0)

/**
 * Number of REST operations that have a route of their own instead of an entry in the operations of a module. Routes in the forms of replaced systems
 * have no operation of GraphQL that they could repeat.
 */
const handWrittenOperations = (sources) =>
  sources
    .filter((path) => path.startsWith('src/rest/') && !path.includes('/seeds/') && !path.endsWith('operations.ts'))
    .reduce((sum, path) => sum + (textOf(path).match(/\boperationId: '/g)?.length ?? 0), 0)

/** The first folder of a service below its domain. */
export const firstFolderOf = (path) => dirname(path).split('/').slice(0, 4).join('/')

/**
 * Groups of folders of the services that import each other, types aside. `read` returns the text of a file, and `folderOf` its folder.
 */
export function circlesOfFolders(sources, read = textOf, folderOf = dirname) {
  const graph = new Map()
  for (const path of sources.filter((name) => name.startsWith('src/services/'))) {
    const folder = folderOf(path)
    const targets = graph.get(folder) ?? new Set()
    graph.set(folder, targets)
    for (const target of valueImports(path, read(path))) {
      const other = folderOf(target)
      if (other !== folder && other.startsWith('src/services/')) targets.add(other)
    }
  }
  return stronglyConnected(graph).filter((group) => group.length > 1)
}

/**
 * The way of a reader through the functions of billing that process the object of a webhook: in the order of the calls, each function once.
 * A stay is a part of the way within one folder.
 */
function walkOfWebhook() {
  const modules = new Map()
  const way = []
  const seen = new Set()
  const enter = (path, name) => {
    if (!/^src\/services\/billing\/[\w/.-]+\.ts$/.test(path)) return
    if (!modules.has(path)) modules.set(path, functionsOf(path))
    const { imported, declared } = modules.get(path)
    const declaration = declared.get(name)
    if (!declaration || seen.has(declaration)) return
    seen.add(declaration)
    way.push(dirname(path))
    const visit = (node) => {
      ts.forEachChild(node, visit)
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return
      const called = node.expression.text
      enter(...(declared.has(called) ? [path, called] : (imported.get(called) ?? ['', ''])))
    }
    visit(declaration)
  }
  enter('src/services/billing/inbox/sync-provider-object.ts', 'providerObjectHandler')
  const stays = way.filter((folder, index) => folder !== way[index - 1])
  const rooms = new Set(stays).size
  return {
    'walk of a webhook: functions': way.length,
    'walk of a webhook: stays': stays.length,
    'walk of a webhook: rooms': rooms,
    'walk of a webhook: returns': stays.length - rooms,
  }
}

/** Functions and constants of a module, and where it imports values from. */
function functionsOf(path) {
  const imported = new Map()
  const declared = new Map()
  for (const statement of ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest).statements)
    if (ts.isImportDeclaration(statement)) {
      const { importClause: clause, moduleSpecifier } = statement
      const target = targetOf(path, moduleSpecifier.text).replace(/\.js$/, '.ts')
      const named = clause && !clause.isTypeOnly && clause.namedBindings
      if (named && ts.isNamedImports(named))
        for (const { name, propertyName } of named.elements)
          imported.set(name.text, [target, (propertyName ?? name).text])
    } else if (ts.isFunctionDeclaration(statement) && statement.name) declared.set(statement.name.text, statement)
    else if (ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && initializer) declared.set(name.text, initializer)
  return { imported, declared }
}

/** Paths of the modules of which a module imports values. */
function valueImports(path, text) {
  const specifiers = []
  for (const [, clause, specifier] of text.matchAll(/^(?:import|export)\s+([^'"]*?)\s*from\s+'([^']+)'/gms))
    if (!clause.startsWith('type ') && !onlyTypes(clause)) specifiers.push(specifier)
  return specifiers
    .filter((specifier) => /^[.#]/.test(specifier))
    .map((specifier) => targetOf(path, specifier))
    .map((target) => target.replace(/\.js$/, '.ts'))
}

/** Path that an import of the repository names. */
const targetOf = (path, specifier) =>
  specifier.startsWith('#') ? `src/${specifier.slice(1)}` : join(dirname(path), specifier)

const onlyTypes = (clause) => {
  const names = /^\{([^}]*)\}$/s.exec(clause.trim())?.[1]
  return names !== undefined && names.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '))
}

/** Tarjan's algorithm. */
function stronglyConnected(graph) {
  const groups = []
  const stack = []
  const states = new Map()
  const visit = (node) => {
    const state = { index: states.size, low: states.size, onStack: true }
    states.set(node, state)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      const other = states.get(next)
      if (!other) state.low = Math.min(state.low, visit(next).low)
      else if (other.onStack) state.low = Math.min(state.low, other.index)
    }
    if (state.low === state.index) {
      const group = stack.splice(stack.indexOf(node))
      for (const member of group) states.get(member).onStack = false
      groups.push(group.toSorted((one, other) => one.localeCompare(other)))
    }
    return state
  }
  for (const node of graph.keys()) if (!states.has(node)) visit(node)
  return groups
}

/** Numbers of tables, types and event types of spend caps and alerts. */
function capsAndAlerts(files) {
  const tables = textOf('migrations/schema.sql').matchAll(/^create table (?:public\.)?"?(\w+)"?/gim)
  const types = textOf('src/schema/schema.graphql').matchAll(/^(?:type|input|enum|union|interface) (\w+)/gm)
  const events = files
    .filter((path) => path.includes('/event-data/'))
    .flatMap((path) => [...textOf(path).matchAll(/'([a-z_]+\.[a-z_.]+)'/g)])
  const isOne = (name) =>
    /(?:^|_)(?:caps?|alerts?|levels?|crossings?)(?:_|\.|$)|[a-z](?:Cap|Alert)s?(?=[A-Z]|$)/.test(name)
  const countOf = (matches) => new Set([...matches].map(([, name]) => name).filter(isOne)).size
  return {
    'tables of caps and alerts': countOf(tables),
    'GraphQL types of caps and alerts': countOf(types),
    'event types of caps and alerts': countOf(events),
  }
}

/** Interfaces of services whose members are exactly those of an input or object of the schema. */
export function restatedInterfaces(sources) {
  const shapes = new Set(
    [...textOf('src/schema/schema.graphql').matchAll(/^(?:type|input) \w+[^{\n]*\{\n(.*?)^\}/gms)].map(([, body]) =>
      keyOf([...body.replaceAll(/"""[\s\S]*?"""/g, '').matchAll(/^ {2}(\w+)[(:]/gm)].map(([, name]) => name)),
    ),
  )
  return sources
    .filter((path) => path.startsWith('src/services/') && /\binterface\b/.test(textOf(path)))
    .flatMap((path) =>
      ts
        .createSourceFile(path, textOf(path), ts.ScriptTarget.Latest)
        .statements.filter(ts.isInterfaceDeclaration)
        .filter(({ members }) => members.length > 1 && shapes.has(keyOf(members.map(({ name }) => name?.text ?? ''))))
        .map(({ name }) => `${path}: ${name.text}`),
    )
}

const keyOf = (names) => names.toSorted((one, other) => one.localeCompare(other)).join(' ')
