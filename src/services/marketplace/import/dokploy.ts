import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { isObject } from '../templates/definition/is-object.js'
import { variablesOf } from '../templates/parameters/variables.js'
import { NotImportable, type Json, type Store } from './imported-template.js'
import {
  appsOfFolders,
  dropNetwork,
  exposePort,
  items,
  LIMITS,
  mapTexts,
  nameVolumes,
  readMap,
  readToml,
  scalar,
  servicesOf,
  text,
  textOf,
  titleOf,
} from './read-parts.js'

const FILE = 'docker-compose.yml'
/** A variable in the place of the folder of the store's files. */
const FOLDER = 'DOKPLOY_FILES'

/** A folder for each app, with `docker-compose.yml` and `template.toml`, whose variables are filled in by helpers such as `${password:32}`. */
export const dokploy: Store = {
  apps: (files) => appsOfFolders(files, FILE),
  read: (app) => {
    const about = app.files.has('meta.json') ? readMap(textOf(app, 'meta.json'), 'meta.json') : {}
    const template = app.files.has('template.toml') ? readToml(textOf(app, 'template.toml'), 'template.toml') : {}
    const config = isObject(template['config']) ? template['config'] : {}
    const values = new Values(isObject(template['variables']) ? template['variables'] : {})
    const environment = environmentOf(config['env'], values)
    const mounts = items(config['mounts']).flatMap((mount): [string, string][] =>
      isObject(mount) && typeof mount['content'] === 'string'
        ? [[scalar(mount['filePath'], 'filePath').replace(/^(?:\.?\/)+/, ''), values.expand(mount['content'], 'FILE')]]
        : [],
    )
    const files = new Map(mounts)
    const given = readMap(textOf(app, FILE), FILE)
    dropNetwork(given, 'dokploy-network')
    for (const [, service] of servicesOf(given)) passEnvironment(service, [...environment.keys()])
    const definition = mapTexts(given, (each) =>
      filled(each, environment).replace(/^\.\.\/files\//, `\${${FOLDER}}/`),
    ) as Json
    const used = nameVolumes(definition, [FOLDER], files)
    const leftOut: string[] = []
    for (const domain of items(config['domains'])) {
      if (!isObject(domain)) continue
      const [name, path] = [scalar(domain['serviceName'], 'serviceName'), text(domain['path'])]
      exposePort(servicesOf(definition).find(([service]) => service === name)?.[1], text(domain['port']))
      if (path && path !== '/') leftOut.push(`the path ${path} of the domain of ${name}`)
    }
    const known = [...values.parameters, ...[...environment].flatMap(([name, value]) => literal(name, value))]
    const open = [...variablesOf(definition).values()].filter(
      (each) => each.default === null && !known.some(({ name }) => name === each.name),
    )
    const links = isObject(about['links']) ? Object.entries(about['links']) : []
    return {
      title: text(about['name']) ?? titleOf(app.name),
      shortDescription: text(about['description']),
      tags: items(about['tags']).map(String),
      links: links.flatMap(([label, url]) => (text(url) ? [{ label: titleOf(label), url: text(url)! }] : [])),
      definition,
      parameters: [...known, ...open.map(({ name }) => ({ name, required: true }))],
      files: used.map((path) => ({ path, content: files.get(path)! })),
      leftOut,
    }
  },
}

/** Values of variables, and the parameters that generate or ask for a part of them. */
class Values {
  readonly parameters: TemplateParameterInput[] = []
  readonly #known = new Map<string, string>()
  #characters = 0

  constructor(private readonly variables: Json) {}

  /** A text with parameters in the places of variables and helpers. Every other dollar sign stays. `owner` names the parameter of a helper. */
  expand(given: string, owner: string, level = 0): string {
    if (level > LIMITS.levels) throw new NotImportable('Its variables name each other in too many levels.')
    return given.replace(/\$\{([^{}]*)\}/g, (place, inner: string) => {
      if (!Object.hasOwn(this.variables, inner)) return this.#parameter(inner, owner) ?? place
      const known = this.#known.get(inner)
      if (known !== undefined) return this.#within(known)
      this.#known.set(inner, '')
      const value = this.expand(scalar(this.variables[inner], inner), nameOf(inner), level + 1)
      this.#known.set(inner, value)
      return this.#within(value)
    })
  }

  /** Variables that contain each other double with each of them. */
  #within(value: string): string {
    this.#characters += value.length
    if (this.#characters > LIMITS.characters) throw new NotImportable('Its variables result in too much text.')
    return value
  }

  /** A parameter for a helper of the store. Null for every other name. */
  #parameter(inner: string, owner: string): string | null {
    const [helper = '', count] = inner.split(':', 2)
    const fields = Object.hasOwn(HELPERS, helper) ? HELPERS[helper]!(Number(count ?? Number.NaN)) : null
    if (fields === null) return null
    if (inner.split(':').length > 2 || (helper === 'jwt' && !/^\d+$/.test(count ?? '')))
      throw new NotImportable(`It needs a value that cannot be generated: ${inner.slice(0, 60)}.`)
    let name = owner
    for (let number = 2; this.parameters.some((each) => each.name === name); number++) name = `${owner}_${number}`
    this.parameters.push({ name, label: titleOf(owner.toLowerCase()), ...fields })
    return `\${${name}}`
  }
}

type Fields = Partial<TemplateParameterInput>

const secret =
  (encoding: 'ALPHANUMERIC' | 'BASE64' | 'HEX', normal: number) =>
  (length: number): Fields => ({
    type: 'PASSWORD',
    generate: { encoding, length: Math.min(Math.max(length || normal, 4), 256) },
  })

const HELPERS: Readonly<Record<string, (count: number) => Fields>> = {
  domain: () => ({ type: 'DOMAIN', required: true }),
  email: () => ({ type: 'EMAIL', required: true }),
  username: () => ({ generate: { kind: 'NAME', length: 12 } }),
  randomPort: () => ({ type: 'PORT', required: true }),
  password: secret('ALPHANUMERIC', 16),
  base64: secret('BASE64', 32),
  hash: secret('HEX', 8),
  jwt: secret('ALPHANUMERIC', 32),
  uuid: secret('HEX', 32),
}

const nameOf = (variable: string): string => {
  const name = variable.replace(/\W+/g, '_').toUpperCase()
  return /^[A-Z_]/.test(name) ? name : `VALUE_${name}`
}

/** Variables of the compose file by name: a list of lines, or a map. */
function environmentOf(given: unknown, values: Values): Map<string, string> {
  const entries = isObject(given)
    ? Object.entries(given)
    : items(given).flatMap((item): [string, unknown][] => {
        if (isObject(item)) return Object.entries(item)
        const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/s.exec(scalar(item, 'env')) ?? []
        return name ? [[name, value]] : []
      })
  return new Map(
    entries.map(([name, value]) => [
      name,
      values.expand(typeof value === 'string' ? value : JSON.stringify(value), name),
    ]),
  )
}

/** The store writes the variables into the file `.env`, and services take variables without a value from it. */
function passEnvironment(service: Json, names: readonly string[]): void {
  const own = [service['env_file']].flat().map((file) => (isObject(file) ? file['path'] : file))
  const isAll = own.length > 0 && own.every((file) => typeof file === 'string' && /^(?:\.\/)?\.env$/.test(file))
  if (isAll) delete service['env_file']
  const { environment = {} } = service
  const pairs = Array.isArray(environment)
    ? environment.map((item): [string, string | null] => {
        const [, name, value = null] = /^([^=]*)(?:=(.*))?$/s.exec(String(item)) ?? []
        return [name!, value]
      })
    : Object.entries(isObject(environment) ? environment : {})
  const all = new Map<string, unknown>([...(isAll ? names.map((name) => [name, null] as const) : []), ...pairs])
  if (all.size === 0 || (!isAll && ![...all.values()].includes(null))) return
  service['environment'] = Object.fromEntries([...all].map(([name, value]) => [name, value ?? `\${${name}}`]))
}

const isOpen = (value: string): boolean => /[${}]/.test(value)

/** A text of the compose file with the values of the store's variables in it; a fixed value becomes a default. */
const filled = (given: string, environment: ReadonlyMap<string, string>): string =>
  given.replace(
    /\$\$|\$(?:\{(\w+)(?:(:?[-?])[^{}]*)?\}|(\w+))/g,
    (place: string, braced: string | undefined, _operator: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain
      const value = name === undefined ? undefined : environment.get(name)
      if (value === undefined || (value === '' && place.includes('-'))) return place
      if (!isOpen(value)) return `\${${name}:-${value}}`
      return literal(name!, value).length > 0 ? `\${${name}}` : value.replace(/\$(?!\{\w+\})/g, '$$$$')
    },
  )

/** A fixed value that no default of a compose file can say, as the default of a parameter. */
const literal = (name: string, value: string): TemplateParameterInput[] =>
  isOpen(value) && !/\$\{\w+\}/.test(value) ? [{ name, default: value }] : []
