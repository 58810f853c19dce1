import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { isObject } from '../templates/definition/is-object.js'
import type { Json, Store } from './imported-template.js'
import { appsOfFolders, dropNetwork, items, nameVolumes, readMap, servicesOf, text, textOf } from './read-parts.js'

/** A folder for each app, with `config.json` and `docker-compose.yml`. */
export const runtipi: Store = {
  apps: (files) => appsOfFolders(files, 'config.json').filter(({ files: own }) => own.has('docker-compose.yml')),
  read: (app) => {
    const config = readMap(textOf(app, 'config.json'), 'config.json')
    const definition = readMap(textOf(app, 'docker-compose.yml'), 'docker-compose.yml')
    dropNetwork(definition, 'tipi_main_network')
    for (const [, service] of servicesOf(definition)) {
      delete service['x-runtipi']
      dropLabels(service)
    }
    const used = nameVolumes(definition, ['APP_DATA_DIR', 'ROOT_FOLDER_HOST', 'RUNTIPI_MEDIA_PATH'], app.files)
    const source = text(config['source'])
    return {
      title: text(config['name']) ?? app.name,
      shortDescription: text(config['short_desc']),
      tags: items(config['categories']).map(String),
      links: source ? [{ label: 'Source', url: source }] : [],
      definition,
      parameters: [
        ...OF_THE_STORE(text(config['port'])),
        ...items(config['form_fields']).flatMap((field) => fieldOf(field) ?? []),
      ],
      files: used.map((path) => ({ path, content: app.files.get(path)! })),
    }
  },
}

function dropLabels(service: Json): void {
  const isOfStore = (label: string) => /^(?:traefik|runtipi)\./.test(label)
  const { labels } = service
  if (Array.isArray(labels)) service['labels'] = labels.filter((label) => !isOfStore(String(label)))
  else if (isObject(labels))
    service['labels'] = Object.fromEntries(Object.entries(labels).filter(([name]) => !isOfStore(name)))
  if (Object.keys((service['labels'] as object | undefined) ?? {}).length === 0) delete service['labels']
}

/** Variables that the store fills in for every app. */
const OF_THE_STORE = (port: string | null): TemplateParameterInput[] => [
  { name: 'APP_PORT', label: 'Port', type: 'PORT', default: port },
  { name: 'APP_DOMAIN', label: 'Domain', type: 'DOMAIN', required: true },
  { name: 'LOCAL_DOMAIN', label: 'Local domain', type: 'DOMAIN', default: 'localhost' },
  { name: 'APP_PROTOCOL', label: 'Protocol', options: [{ value: 'https' }, { value: 'http' }], default: 'https' },
  { name: 'TZ', label: 'Time zone', default: 'Etc/UTC' },
  { name: 'DNS_IP', label: 'DNS server', default: '9.9.9.9' },
  { name: 'INTERNAL_IP', label: 'Address of the server', default: '127.0.0.1' },
]

const TYPES: Readonly<Record<string, TemplateParameterInput['type']>> = {
  boolean: 'BOOLEAN',
  number: 'NUMBER',
  email: 'EMAIL',
  fqdn: 'DOMAIN',
  password: 'PASSWORD',
  random: 'PASSWORD',
}

function fieldOf(field: unknown): TemplateParameterInput | null {
  if (!isObject(field) || typeof field['env_variable'] !== 'string') return null
  const options = items(field['options']).flatMap((option) =>
    isObject(option) ? [{ value: text(option['value']) ?? '', label: text(option['label']) }] : [],
  )
  const isRandom = field['type'] === 'random'
  const least = Number(field['min'] ?? 0)
  return {
    name: field['env_variable'],
    label: text(field['label']),
    description: text(field['hint']) ?? text(field['placeholder']),
    ...(options.length > 0 ? { type: 'CHOICE', options } : { type: TYPES[String(field['type'])] ?? 'TEXT' }),
    default: isRandom
      ? null
      : text(typeof field['default'] === 'boolean' ? String(field['default']) : field['default']),
    required: field['required'] === true && !isRandom,
    pattern: text(field['regex']),
    ...(isRandom
      ? {
          generate: {
            length: Math.min(Math.max(least, 8) || 32, 256),
            encoding: field['encoding'] === 'base64' ? 'BASE64' : 'ALPHANUMERIC',
          },
        }
      : {
          minimum: typeof field['min'] === 'number' ? field['min'] : null,
          maximum: typeof field['max'] === 'number' ? field['max'] : null,
        }),
  }
}
