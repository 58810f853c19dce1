import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { isObject } from '../templates/definition/is-object.js'
import { NotImportable, type Json, type Store } from './imported-template.js'
import {
  appsOfFiles,
  exposePort,
  items,
  mapTexts,
  onlyFile,
  readMap,
  servicesOf,
  slugOf,
  text,
  titleOf,
} from './read-parts.js'

/** A file for each app, with a syntax of its own: `$$cap_NAME` is a variable, and every other dollar sign a character. */
export const caprover: Store = {
  apps: appsOfFiles,
  read: (app) => {
    const { name } = app
    const given = readMap(onlyFile(app), name)
    const about = isObject(given['caproverOneClickApp']) ? given['caproverOneClickApp'] : {}
    const variables = items(about['variables']).filter((each): each is Json => isObject(each))
    const ids = variables.map(({ id }) => text(id)).filter((id): id is string => /^\$\$[\w-]+$/.test(id ?? ''))
    const generated: TemplateParameterInput[] = []
    const { captainVersion: _, caproverOneClickApp: __, ...file } = given
    const definition = mapTexts(file, (each) => withVariables(each, slugOf(name), ids, generated)) as Json
    const leftOut = servicesOf(definition).flatMap(([service, content]) => readExtra(service, content))
    const description = text(about['description'])
    return {
      title: text(about['displayName']) ?? titleOf(name),
      shortDescription: description,
      tags: [],
      links: [],
      definition,
      parameters: [
        { name: 'CAP_ROOT_DOMAIN', label: 'Domain', type: 'DOMAIN', required: true },
        ...variables.flatMap((each) => parameterOf(each) ?? []),
        ...generated,
      ],
      files: [],
      leftOut,
    }
  },
}

/** Name of a variable, whose ID begins with `$$cap_` in most apps. */
const nameOf = (id: string): string =>
  `CAP_${id
    .replace(/^\$\$(?:cap_)?/, '')
    .replace(/\W+/g, '_')
    .toUpperCase()}`

function withVariables(
  given: string,
  app: string,
  ids: readonly string[],
  generated: TemplateParameterInput[],
): string {
  const others = ids.filter((id) => !id.startsWith('$$cap_')).map((id) => `|${id.replaceAll('$', '\\$')}(?![\\w-])`)
  return given
    .replaceAll('srv-captain--', '')
    .replaceAll('$$cap_appname', app)
    .split(new RegExp(String.raw`(\$\$cap_gen_random_hex\(\d+\)|\$\$cap_[\w-]*\w${others.join('')})`))
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll('$', '$$$$')
      const [, count] = /_hex\((\d+)\)$/.exec(part) ?? []
      if (!count) return `\${${nameOf(part)}}`
      const name = `CAP_SECRET_${generated.length + 1}`
      generated.push({ name, type: 'PASSWORD', generate: secretOf(count) })
      return `\${${name}}`
    })
    .join('')
}

const secretOf = (count: string) => ({ encoding: 'HEX' as const, length: Math.min(Math.max(Number(count), 4), 256) })

function parameterOf(given: Json): TemplateParameterInput | null {
  if (typeof given['id'] !== 'string') return null
  const value = text(given['defaultValue'])
  const [, count] = /^\$\$cap_gen_random_hex\((\d+)\)$/.exec(value ?? '') ?? []
  const [, pattern] = /^\/\^?(.*?)\$?\/[a-z]*$/.exec(text(given['validRegex']) ?? '') ?? []
  return {
    name: nameOf(given['id']),
    label: text(given['label'])?.replace(/\s+/g, ' ').slice(0, 100) ?? null,
    description: text(given['description'])?.replace(/\s+/g, ' ').slice(0, 500) ?? null,
    // Any text can be empty, unless its pattern says otherwise.
    required: value === null && pattern !== undefined,
    pattern: pattern ?? null,
    ...(count
      ? { type: 'PASSWORD', generate: secretOf(count) }
      : { default: value?.includes('$$cap_') ? null : value }),
  }
}

/** Reads members that the store adds to a service: the port of its page, and lines of a Dockerfile. Returns the lines that are left out. */
function readExtra(name: string, service: Json): string[] {
  const extra = isObject(service['caproverExtra']) ? service['caproverExtra'] : {}
  delete service['caproverExtra']
  if (String(extra['notExposeAsWebApp']) !== 'true') exposePort(service, text(extra['containerHttpPort']) ?? '80')
  return readLines(name, service, items(extra['dockerfileLines']).map(String))
}

/** Reads lines of a Dockerfile that a compose file can say as well. Returns those that are left out. */
function readLines(name: string, service: Json, lines: readonly string[]): string[] {
  const leftOut: string[] = []
  const environment: Json = isObject(service['environment']) ? service['environment'] : {}
  for (const line of lines.map((each) => each.trim()).filter((each) => each && !each.startsWith('#'))) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? []
    const list = rest.startsWith('[') ? (parseList(rest) ?? rest) : rest
    if (/^from$/i.test(word) && service['image'] === undefined) service['image'] = rest.split(/\s/)[0]
    else if (/^cmd$/i.test(word)) service['command'] = list
    else if (/^entrypoint$/i.test(word)) service['entrypoint'] = list
    else if (/^env$/i.test(word)) Object.assign(environment, assignmentsOf(rest))
    else if (/^workdir$/i.test(word)) service['working_dir'] = rest
    else if (/^user$/i.test(word)) service['user'] = rest
    else if (/^expose$/i.test(word)) exposePort(service, rest.split(/[\s/]/)[0] ?? null)
    else if (/^(?:volume|maintainer|label)$/i.test(word)) leftOut.push(`the line ${line.slice(0, 100)} of ${name}`)
    else
      throw new NotImportable(
        `The image of ${name} is built by ${word || 'a line of a Dockerfile'}. Publish an image, and name it.`,
      )
  }
  if (Object.keys(environment).length > 0) service['environment'] = environment
  return leftOut
}

const parseList = (given: string): unknown[] | null =>
  /^\[\s*(?:"(?:[^"\\]|\\.)*"\s*,?\s*)*\]$/.test(given)
    ? [...given.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, each]) => each!.replace(/\\(.)/g, '$1'))
    : null

function assignmentsOf(rest: string): Json {
  if (!/^\w+=/.test(rest)) return Object.fromEntries([[rest.split(/\s/)[0]!, rest.replace(/^\S+\s+/, '')]])
  return Object.fromEntries(
    [...rest.matchAll(/(\w+)=("[^"]*"|\S*)/g)].map(([, name, value]) => [name!, value!.replace(/^"|"$/g, '')]),
  )
}
