import { posix } from 'node:path'
import type { TemplateFile } from '#entities/marketplace/template-parameter.js'
import { isObject } from '../definition/is-object.js'
import { writtenDefinition } from '../definition/written-definition.js'
import { normalizePath, readVolumeText } from '../definition/volume-text.js'
import { parametersOf, type Parameterized } from './template-parameters.js'

/** Place of a parameter in a file. Every other dollar sign is a part of the file. */
const PLACE = /\$\{([A-Za-z_]\w{0,99})\}/g

/** Names that a file may use as parameters. */
export const parametersIn = (content: string): string[] => [...content.matchAll(PLACE)].map(([, name]) => name!)

type Json = Readonly<Record<string, unknown>>

interface Mount {
  /** Path below the folder of the template. */
  readonly source: string
  readonly target: string
  readonly isReadOnly: boolean
}

/** A file or folder of the template that a volume mounts. Null for every other volume. */
function mountOf(volume: unknown): Mount | null {
  const [source, target, options] = isObject(volume)
    ? [volume['source'], volume['target'], volume['read_only'] === true ? 'ro' : '']
    : typeof volume === 'string'
      ? [readVolumeText(volume)?.source, readVolumeText(volume)?.target, volume.split(':')[2] ?? '']
      : []
  if (typeof source !== 'string' || typeof target !== 'string' || !/^\.(?:\/|$)/.test(source)) return null
  const isReadOnly = String(options).split(',').includes('ro')
  return { source: normalizePath(source).replace(/\/$/, ''), target: normalizePath(target), isReadOnly }
}

/** Path of a file in a container. Null if the mount does not contain it. */
function targetOf({ source, target }: Mount, path: string): string | null {
  if (source === path) return target
  const isBelow = source === '.' || path.startsWith(`${source}/`)
  return isBelow ? posix.join(target, source === '.' ? path : path.slice(source.length + 1)) : null
}

const servicesOf = (definition: Json): [string, Json][] =>
  isObject(definition['services'])
    ? Object.entries(definition['services']).filter((entry): entry is [string, Json] => isObject(entry[1]))
    : []

const volumesOf = (service: Json): readonly unknown[] => (Array.isArray(service['volumes']) ? service['volumes'] : [])

/** Paths of the files that a service mounts. */
export const mountedFiles = (definition: Json, files: readonly TemplateFile[]): ReadonlySet<string> => {
  const mounts = servicesOf(definition).flatMap(([, service]) =>
    volumesOf(service).flatMap((each) => mountOf(each) ?? []),
  )
  return new Set(
    files.filter(({ path }) => mounts.some((mount) => targetOf(mount, path) !== null)).map(({ path }) => path),
  )
}

/** Permissions of a script and of every other file: configs can be read by every user of a container. */
const [SCRIPT_MODE, FILE_MODE] = [0o555, 0o444]

/**
 * Pure: the definition as a compose file that is complete: files are the content of configs, which the services mount in the place of the
 * paths. A folder that files are in stays a volume unless it is read-only.
 */
export function deployableDefinition(content: Parameterized): Json {
  const { files = [] } = content
  const definition = writtenDefinition(content)
  if (files.length === 0) return definition
  const names = new Set(parametersOf(content).map(({ name }) => name))
  const taken = new Set(isObject(definition['configs']) ? Object.keys(definition['configs']) : [])
  const configs = new Map(files.map((file) => [file.path, configName(file.path, taken)]))
  const used = new Set<string>()
  const services = Object.fromEntries(
    servicesOf(definition).map(([name, service]) => {
      const mounted: object[] = []
      const volumes = volumesOf(service).filter((volume) => {
        const mount = mountOf(volume)
        const inside = mount ? files.filter(({ path }) => targetOf(mount, path) !== null) : []
        for (const { path, content: text } of inside) {
          used.add(path)
          const isScript = path.endsWith('.sh') || text.startsWith('#!')
          mounted.push({
            source: configs.get(path)!,
            target: targetOf(mount!, path)!,
            mode: isScript ? SCRIPT_MODE : FILE_MODE,
          })
        }
        return inside.length === 0 || (inside[0]!.path !== mount!.source && !mount!.isReadOnly)
      })
      if (mounted.length === 0) return [name, service]
      const { volumes: _, ...others } = service
      const before = Array.isArray(service['configs']) ? (service['configs'] as unknown[]) : []
      return [name, { ...others, ...(volumes.length > 0 ? { volumes } : {}), configs: [...before, ...mounted] }]
    }),
  )
  const added = files
    .filter(({ path }) => used.has(path))
    .map(({ path, content: text }) => [configs.get(path)!, { content: escaped(text, names) }])
  return {
    ...definition,
    services: { ...(definition['services'] as Json), ...services },
    configs: { ...(definition['configs'] as Json | undefined), ...Object.fromEntries(added) },
  }
}

function configName(path: string, taken: Set<string>): string {
  const base = path.replace(/[^\w.-]+/g, '_').replace(/^[^A-Za-z\d]+/, '') || 'file'
  let name = base
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`
  taken.add(name)
  return name
}

/** A file as Compose reads it: only the places of parameters are variables. */
const escaped = (content: string, names: ReadonlySet<string>): string =>
  content
    .split(/(\$\{[A-Za-z_]\w{0,99}\})/)
    .map((part, index) => (index % 2 === 1 && names.has(part.slice(2, -1)) ? part : part.replaceAll('$', '$$$$')))
    .join('')
