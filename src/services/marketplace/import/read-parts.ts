import { parse as parseToml, TomlError } from 'smol-toml'
import { readYaml } from '#services/kernel/yaml/read-yaml.js'
import { isObject } from '../templates/definition/is-object.js'
import { NotImportable, TOO_LARGE, type Json, type StoreApp } from './imported-template.js'

/** Limits of a file, and of the texts that variables of a store result in. */
export const LIMITS = { tokens: 40_000, levels: 24, values: 20_000, characters: 512 * 1024 }

/** A map in YAML or JSON. */
export function readMap(text: string, file: string): Json {
  if (text === TOO_LARGE) throw new NotImportable(`${file} is too large.`)
  const read = readYaml(text, LIMITS)
  if (read.kind === 'problem') throw new NotImportable(`${file} cannot be read: ${read.message}.`)
  if (!isObject(read.value)) throw new NotImportable(`${file} has no map.`)
  return structuredClone(read.value)
}

/** A map in TOML. */
export function readToml(text: string, file: string): Json {
  if (text === TOO_LARGE) throw new NotImportable(`${file} is too large.`)
  try {
    return jsonOf(parseToml(text), file) as Json
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [, reason] = /^(?:Invalid TOML document: )?(.*)/.exec(error.message) ?? []
    throw new NotImportable(`${file} cannot be read: ${reason} at line ${error.line}, column ${error.column}.`)
  }
}

/** A value of TOML as JSON, within the limits of a file in YAML. */
function jsonOf(value: unknown, file: string, level = 0, read = { values: 0 }): unknown {
  if (level > LIMITS.levels || ++read.values > LIMITS.values)
    throw new NotImportable(`${file} cannot be read: it has too many levels or values.`)
  const inner = (item: unknown): unknown => jsonOf(item, file, level + 1, read)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(inner)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inner(item)]))
}

/** The text of a file of an app. */
export function textOf({ files }: StoreApp, path: string): string {
  const text = files.get(path)
  if (text === undefined) throw new NotImportable(`The app has no file ${path}.`)
  return text
}

export const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() ? value.trim() : typeof value === 'number' ? String(value) : null

/** A text, number or truth value as text. `name` is what the file calls it. */
export function scalar(value: unknown, name: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new NotImportable(`${name} is no text.`)
  return String(value)
}

export const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** A name as the words of a title. */
export const titleOf = (name: string): string =>
  name
    .split(/[-_]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')

/** A name as a slug of a template. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .padEnd(2, '1')

/** The file of an app that has only one. */
export const onlyFile = ({ files }: StoreApp): string => [...files.values()][0]!

/** Apps that have one YAML file each, with the name of the file. */
export const appsOfFiles = (files: ReadonlyMap<string, string>): StoreApp[] =>
  [...files].flatMap(([path, content]) => {
    const [, name] = /(?:^|\/)([^/]+)\.ya?ml$/.exec(path) ?? []
    return name ? [{ name, files: new Map([[path, content]]) }] : []
  })

/** Apps that have a folder each, in which this file is. */
export function appsOfFolders(files: ReadonlyMap<string, string>, file: string): StoreApp[] {
  const found: StoreApp[] = []
  for (const path of files.keys()) {
    if (path !== file && !path.endsWith(`/${file}`)) continue
    const folder = path.slice(0, -file.length)
    const own = [...files].filter(([each]) => each.startsWith(folder))
    const name = folder.split('/').at(-2) ?? 'app'
    found.push({ name, files: new Map(own.map(([each, content]) => [each.slice(folder.length), content])) })
  }
  return found
}

/** Services of a compose file, which are changed. */
export const servicesOf = (definition: Json): [name: string, service: Json][] =>
  isObject(definition['services'])
    ? Object.entries(definition['services']).filter((entry): entry is [string, Json] => isObject(entry[1]))
    : []

/** Changes every text of a value, also the names of members. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [change(name), mapTexts(member, change)]))
}

/** Removes networks of a store from services and from the file. */
export function dropNetwork(definition: Json, name: string): void {
  const without = (networks: unknown): unknown => {
    if (Array.isArray(networks)) return networks.filter((each) => each !== name)
    if (!isObject(networks)) return networks
    const { [name]: _, ...others } = networks
    return others
  }
  for (const of of [definition, ...servicesOf(definition).map(([, service]) => service)]) {
    if (of['networks'] === undefined) continue
    of['networks'] = without(of['networks'])
    const left = of['networks']
    if (typeof left === 'object' && left !== null && Object.keys(left).length === 0) delete of['networks']
  }
}

/** Adds a port that a service listens on, unless it publishes ports. */
export function exposePort(service: Json | undefined, port: string | null): void {
  if (!service || !port || !/^\d{1,5}$/.test(port) || items(service['ports']).length > 0) return
  const exposed = items(service['expose']).map(String)
  if (!exposed.includes(port)) service['expose'] = [...exposed, port]
}

/** Volumes below a variable of the folder of an app become named volumes. */
export function nameVolumes(
  definition: Json,
  variables: readonly string[],
  files: ReadonlyMap<string, string>,
): string[] {
  const pattern = new RegExp(String.raw`^\$\{?(?:${variables.join('|')})(?::[-?][^}]*)?\}?(?:/(.*))?$`)
  const used = new Set<string>()
  const sourceOf = (source: string): string => {
    const [found, path = ''] = pattern.exec(source) ?? []
    if (found === undefined) return source
    const clean = path.replace(/\/+$/, '')
    const inside = [...files.keys()].filter((each) => each === clean || each.startsWith(`${clean}/`))
    if (clean && inside.length > 0) {
      for (const each of inside) used.add(each)
      return `./${clean}`
    }
    return clean.replace(/[^\w.-]+/g, '-').replace(/^[^A-Za-z\d]+/, '') || 'data'
  }
  for (const [, service] of servicesOf(definition))
    service['volumes'] &&= items(service['volumes']).map((volume) => {
      if (isObject(volume)) {
        const source = typeof volume['source'] === 'string' ? sourceOf(volume['source']) : volume['source']
        const isNamed = source !== volume['source'] && !String(source).startsWith('./')
        return {
          ...volume,
          source,
          ...(isNamed && volume['type'] === 'bind' ? { type: 'volume', bind: undefined } : {}),
        }
      }
      if (typeof volume !== 'string') return volume
      // The variable can have a colon.
      const [, source = '', rest = ''] = /^((?:\$\{[^}]*\})?[^:]*)(:.*)?$/s.exec(volume) ?? []
      return sourceOf(source) + rest
    })
  return [...used]
}
