import type { TemplateFile } from '#entities/marketplace/template-parameter.js'
import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { formatPath, type FieldPath } from '#services/kernel/validation/validation-issue.js'
import { checkDefinition } from '../templates/definition/check-definition.js'
import { writtenSecrets, type WrittenSecret } from '../templates/definition/find-secrets.js'
import { fillDefaults, UNKNOWN } from '../templates/definition/interpolation.js'
import { isObject } from '../templates/definition/is-object.js'
import { isPath, readVolumeText } from '../templates/definition/volume-text.js'
import { readParameters } from '../templates/parameters/parameter-input.js'
import { mountedFiles, parametersIn } from '../templates/parameters/template-files.js'
import { variablesOf } from '../templates/parameters/variables.js'
import {
  NotImportable,
  type ImportedDraft,
  type ImportedTemplate,
  type Json,
  type Store,
  type StoreApp,
  type StoreContent,
} from './imported-template.js'
import { items, servicesOf, slugOf } from './read-parts.js'

const MAX_TAGS = 20
const MAX_LINKS = 10

/** Pure: an app of a store as a draft that can be sold, or why it cannot be. */
export function importApp(store: Store, app: StoreApp): ImportedTemplate {
  try {
    const leftOut: string[] = []
    const draft = finish(app, store.read(app), leftOut)
    return { kind: 'draft', app: app.name, draft, leftOut }
  } catch (error) {
    if (error instanceof NotImportable) return { kind: 'refused', app: app.name, reason: error.message }
    throw error
  }
}

function finish(app: StoreApp, content: StoreContent, leftOut: string[]): ImportedDraft {
  const { definition } = content
  leftOut.push(...(content.leftOut ?? []))
  delete definition['version']
  const parameters = new Map(content.parameters.map((each) => [each.name, each]))
  fillDefaultsOfPlaces(definition, parameters)
  declareVolumes(definition)
  const files = maskSecrets(definition, content.files, parameters)
  dropUnknownKeys(definition, leftOut)
  const checked = checkDefinition(definition)
  if (checked.kind === 'invalid') {
    // The first issue can be that of the store, which was left behind here.
    const own = checked.issues.filter(({ message }) => !message.startsWith('definition is a file of'))
    const [first, ...others] = own.length > 0 ? own : checked.issues
    const more = others.length > 0 ? ` Number of further problems: ${others.length}.` : ''
    throw new NotImportable(first!.message + more)
  }
  const mounted = mountedFiles(definition, files)
  const kept = files.filter(({ path }) => mounted.has(path))
  const used = new Set([...variablesOf(definition).keys(), ...kept.flatMap((file) => parametersIn(file.content))])
  const parts = validParts(
    definition,
    [...parameters.values()].filter(({ name }) => used.has(name)),
    kept,
    leftOut,
  )
  const tags = [...new Set(content.tags.map((tag) => tag.trim().toLowerCase().slice(0, 40)).filter(Boolean))]
  const links = content.links.filter(({ url }) => /^https:\/\/\S{1,490}$/.test(url))
  leftOut.push(
    ...files.filter(({ path }) => !mounted.has(path)).map(({ path }) => `the file ${path}, which no service mounts`),
    ...content.links.filter((link) => !links.includes(link)).map(({ url }) => `the link ${url.slice(0, 100)}`),
    ...links.slice(MAX_LINKS).map(({ url }) => `the link ${url.slice(0, 100)}`),
    ...tags.slice(MAX_TAGS).map((tag) => `the tag ${tag}`),
  )
  return {
    slug: slugOf(app.name),
    name: content.title.slice(0, 100),
    shortDescription: content.shortDescription?.replace(/\s+/g, ' ').slice(0, 300) ?? null,
    tags: tags.slice(0, MAX_TAGS),
    links: links.slice(0, MAX_LINKS),
    definition,
    ...parts,
  }
}

/** A variable at the beginning of the source of a volume. */
const OPEN_SOURCE = /^\$(?:\{(\w+)\}|(\w+))(?=[:/]|$)/

/** A variable that is the address of a port of the server. */
const OPEN_ADDRESS = /^\$(?:\{(\w+)\}|(\w+))(?=:(?:\$\{[^}]*\}|[^:])+:)/

const NO_OTHER_SERVER = '127.0.0.1'

/**
 * Gives a default to variables that are the path of a volume or the address of a port. If they were empty, Compose would refuse a path, or mount
 * a folder of the root, and open a port on every address.
 */
function fillDefaultsOfPlaces(definition: Json, parameters: ReadonlyMap<string, TemplateParameterInput>): void {
  const filled = (given: string, place: RegExp, normal: (name: string) => string): string =>
    given.replace(place, (_, braced?: string, plain?: string) => {
      const name = braced ?? plain!
      return `\${${name}:-${parameters.get(name)?.default || normal(name)}}`
    })
  const withDefault = (source: string) => filled(source, OPEN_SOURCE, (name) => `./${slugOf(name)}`)
  for (const [, service] of servicesOf(definition)) {
    service['ports'] &&= items(service['ports']).map((port) =>
      typeof port === 'string'
        ? filled(port, OPEN_ADDRESS, () => NO_OTHER_SERVER)
        : isObject(port) && typeof port['host_ip'] === 'string'
          ? { ...port, host_ip: filled(port['host_ip'], /^\$(?:\{(\w+)\}|(\w+))$/, () => NO_OTHER_SERVER) }
          : port,
    )
    service['volumes'] &&= items(service['volumes']).map((volume) =>
      typeof volume === 'string' && volume.includes(':')
        ? withDefault(volume)
        : isObject(volume) && volume['type'] === 'bind' && typeof volume['source'] === 'string'
          ? { ...volume, source: withDefault(volume['source']) }
          : volume,
    )
  }
}

/** Declares named volumes and networks that services use. */
function declareVolumes(definition: Json): void {
  const declare = (kind: 'volumes' | 'networks', names: readonly string[]) => {
    const declared = isObject(definition[kind]) ? definition[kind] : {}
    const missing = names.filter((name) => !Object.hasOwn(declared, name))
    if (missing.length > 0) definition[kind] = { ...declared, ...Object.fromEntries(missing.map((name) => [name, {}])) }
  }
  for (const [, service] of servicesOf(definition)) {
    const sources = items(fillDefaults(service['volumes'], []).value).map((volume) =>
      isObject(volume)
        ? volume['type'] === 'volume' || volume['type'] === undefined
          ? volume['source']
          : null
        : typeof volume === 'string' && readVolumeText(volume)?.source,
    )
    declare(
      'volumes',
      sources.filter(
        (source): source is string =>
          typeof source === 'string' && source !== '' && !isPath(source) && !source.includes(UNKNOWN),
      ),
    )
    const networks = Array.isArray(service['networks']) ? service['networks'] : Object.keys(service['networks'] ?? {})
    declare(
      'networks',
      networks.filter((name): name is string => typeof name === 'string' && name !== 'default'),
    )
  }
}

const MAX_ROUNDS = 40

/** Written secrets become parameters, one for each value, so that a database and its clients keep the same one. */
function maskSecrets(
  definition: Json,
  given: readonly TemplateFile[],
  parameters: Map<string, TemplateParameterInput>,
): TemplateFile[] {
  const names = new Map<string, string>()
  const nameOf = ({ name, value, issue }: WrittenSecret): string => {
    const [, variable] = /^\s*\$\{(\w+):?-/.exec(value) ?? []
    const literal = variable ? value.replace(/^\s*\$\{\w+:?-|\}\s*$/g, '') : value
    const known = names.get(literal)
    if (known && !variable) return known
    const base = (variable ?? (name || String(issue.path.at(-1)))).replace(/\W+/g, '_').replace(/^_+|_+$/g, '')
    const full = /^[A-Za-z_]/.test(base) ? base : `SECRET_${base}`
    const own = variable ?? freeName(full.toUpperCase().slice(0, 80), parameters)
    names.set(literal, own)
    parameters.set(own, { ...parameters.get(own), ...secretParameter(own, literal) })
    return own
  }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = writtenSecrets(definition, ['definition'])
    let changes = 0
    for (const secret of found)
      changes += replaceAt(definition, secret.issue.path.slice(1), secret, nameOf(secret)) ? 1 : 0
    if (changes === 0) break
  }
  return given.map((file) => {
    let { content } = file
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const [secret] = writtenSecrets(content, ['content'])
      const next = secret && replaced(content, secret, nameOf(secret))
      if (!next || next === content) break
      content = next
    }
    return { ...file, content }
  })
}

function freeName(base: string, parameters: ReadonlyMap<string, unknown>): string {
  let name = base
  for (let count = 2; parameters.has(name); count++) name = `${base}_${count}`
  return name
}

/** Keys that somebody else issues cannot be generated. */
const ISSUED = /API_?KEY|CLIENT_SECRET|LICEN[CS]E|ACCESS_KEY|WEBHOOK/i

/** A parameter of the form of a secret that was written. */
function secretParameter(name: string, value: string): TemplateParameterInput {
  const length = Math.min(Math.max(value.length, 24), 128)
  const encoding = /^[\da-f]{16,}$/i.test(value) ? 'HEX' : 'ALPHANUMERIC'
  return { name, type: 'PASSWORD', default: null, ...(ISSUED.test(name) ? {} : { generate: { length, encoding } }) }
}

function replaceAt(root: Json, path: FieldPath, secret: WrittenSecret, name: string): boolean {
  let parent: unknown = root
  for (const part of path.slice(0, -1)) parent = (parent as Json | undefined)?.[part]
  const last = path.at(-1)
  if (typeof parent !== 'object' || parent === null || last === undefined) return false
  const holder = parent as Record<string | number, unknown>
  const before = holder[last]
  const after =
    typeof before === 'number' ? `\${${name}}` : typeof before === 'string' ? replaced(before, secret, name) : before
  holder[last] = after
  return after !== before
}

/** The text with a variable in the place of a secret: behind its name if it has one there, otherwise everywhere. */
function replaced(given: string, { name, value }: WrittenSecret, variable: string): string {
  const place = `\${${variable}}`
  if (given === value) return place
  const address = given.indexOf(`:${value}@`)
  if (address >= 0) return `${given.slice(0, address)}:${place}${given.slice(address + 1 + value.length)}`
  const from = name ? Math.max(given.indexOf(name), 0) : 0
  const at = given.indexOf(value, from + (name && given.includes(name) ? name.length : 0))
  if (at < 0) return given
  // Only the beginning of a long value is known.
  const [rest = ''] = value.length >= 60 ? (/^[^\s"';&,<>()\\$]*/.exec(given.slice(at + value.length)) ?? []) : []
  return given.slice(0, at) + place + given.slice(at + value.length + rest.length)
}

/** Members that a store added to services and volumes. */
function dropUnknownKeys(definition: Json, leftOut: string[]): void {
  for (let round = 0; round < 3; round++) {
    const checked = checkDefinition(definition)
    if (checked.kind === 'valid') return
    const unknown = checked.issues.filter(({ message }) => / is unknown/.test(message))
    if (unknown.length === 0) return
    for (const { path } of unknown) {
      let parent: unknown = definition
      for (const part of path.slice(1, -1)) parent = (parent as Json | undefined)?.[part]
      if (!isObject(parent) || !Object.hasOwn(parent, String(path.at(-1)))) continue
      delete parent[String(path.at(-1))]
      leftOut.push(formatPath(path))
    }
  }
}

/** Parameters and files without what is not accepted: a pattern, a default or a limit that contradicts the rest. */
function validParts(
  definition: Json,
  given: readonly TemplateParameterInput[],
  files: readonly TemplateFile[],
  leftOut: string[],
): Pick<ImportedDraft, 'parameters' | 'files'> {
  let parameters = given
  for (let round = 0; round < 8; round++) {
    const { parts, issues } = readParameters(definition, {}, { parameters, files })
    const [issue] = issues
    if (!issue) return parts
    const faults = new Map<number, Set<string>>()
    for (const { path } of issues)
      if (path[0] === 'parameters' && typeof path[1] === 'number')
        faults.set(path[1], (faults.get(path[1]) ?? new Set()).add(String(path[2])))
    if (faults.size === 0) {
      const file = issue.path[0] === 'files' ? files[Number(issue.path[1])] : undefined
      throw new NotImportable(`${file?.path ?? formatPath(issue.path)}: ${issue.message}`)
    }
    parameters = parameters.flatMap((each, index) => {
      const fields = faults.get(index)
      if (!fields) return [each]
      leftOut.push(
        fields.has('name') ? `the parameter ${each.name}` : `${[...fields].join(', ')} of the parameter ${each.name}`,
      )
      if (fields.has('name')) return []
      if (fields.has('options')) return [{ ...each, type: 'TEXT' as const, options: [] }]
      return [
        Object.fromEntries(
          Object.entries(each).filter(([field]) => !fields.has(field)),
        ) as unknown as TemplateParameterInput,
      ]
    })
  }
  throw new NotImportable('Its parameters contradict each other.')
}
