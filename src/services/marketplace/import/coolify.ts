import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { isObject } from '../templates/definition/is-object.js'
import { variablesOf } from '../templates/parameters/variables.js'
import { NotImportable, type Json, type Store } from './imported-template.js'
import { appsOfFiles, exposePort, items, mapTexts, onlyFile, readMap, servicesOf, titleOf } from './read-parts.js'

/** A file for each app. Comments at its beginning describe it, and variables with the prefix SERVICE_ are filled in by the store. */
export const coolify: Store = {
  apps: appsOfFiles,
  read: (app) => {
    const { name } = app
    const source = onlyFile(app)
    const about = (field: string) =>
      new RegExp(`^#\\s*${field}:\\s*(.+)$`, 'm').exec(source)?.[1]?.replace(/^["']|["']$/g, '') ?? null
    const given = readMap(source, name)
    if (/SERVICE_SUPABASE/.test(source))
      throw new NotImportable('It needs tokens that Supabase signs, which cannot be generated.')
    for (const [, service] of servicesOf(given)) readPlainItems(service)
    for (const [, service] of servicesOf(given))
      exposePort(service, servicesOf(given)[0]?.[1] === service ? about('port') : null)
    const definition = mapTexts(given, withDomains) as Json
    const contents = servicesOf(definition).flatMap(([, service]) => takeFiles(service))
    const names = variablesOf([definition, contents.map(({ content }) => content)])
    return {
      title: titleOf(name),
      shortDescription: about('slogan'),
      tags: [about('category'), ...(about('tags')?.split(',') ?? [])].filter((tag): tag is string => tag !== null),
      links: about('documentation') ? [{ label: 'Documentation', url: about('documentation')! }] : [],
      definition,
      parameters: [...names.keys()].flatMap((each) => parameterOf(each) ?? []),
      files: contents,
    }
  },
}

const PLAIN = /^(SERVICE_(?:URL|FQDN)_[A-Z\d_]+?)(?:_(\d{2,5}))?(?:=(.*))?$/

/** Items such as `SERVICE_URL_APP_3000`, which name the port of a service and set a variable. */
function readPlainItems(service: Json): void {
  delete service['exclude_from_hc']
  const { environment } = service
  const entries: [string, unknown][] = Array.isArray(environment)
    ? environment.map((item) => [String(item), undefined])
    : isObject(environment)
      ? Object.entries(environment).map(([name, value]) => [name, value])
      : []
  const isList = Array.isArray(environment)
  const changed = entries.map(([item, value]): [string, unknown] => {
    const [, name, port, path] = PLAIN.exec(item) ?? []
    if (!name) return [item, value]
    exposePort(service, port ?? null)
    const reference = `\${${name}}${path?.startsWith('/') ? path : ''}`
    return isList ? [`${name}=${reference}`, undefined] : [name, reference]
  })
  if (isList) service['environment'] = [...new Set(changed.map(([item]) => item))]
  else if (isObject(environment)) service['environment'] = Object.fromEntries(changed)
}

/** References to addresses of a service become references to its domain. */
const withDomains = (text: string): string =>
  text
    .replace(/\$\{?SERVICE_URL_([A-Z\d_]+?)(?:_\d{2,5})?(?=[}\W]|$)(?::[-?][^}]*)?\}?/g, 'https://${SERVICE_FQDN_$1}')
    .replace(/\$\{?SERVICE_FQDN_([A-Z\d_]+?)(?:_\d{2,5})?(?=[}\W]|$)(?::[-?][^}]*)?\}?/g, '${SERVICE_FQDN_$1}')
    .replace(/(?<!\$)\$(SERVICE_(?:PASSWORD|USER|BASE64|REALBASE64|HEX)_\w+)/g, '${$1}')

/** Files that are written as the content of a volume. */
function takeFiles(service: Json): { path: string; content: string }[] {
  const found: { path: string; content: string }[] = []
  service['volumes'] &&= items(service['volumes']).map((volume) => {
    if (!isObject(volume)) return volume
    const { content, is_directory: _, isDirectory: __, mode: ___, ...others } = volume
    if (typeof content !== 'string') return others
    const path = String(volume['source'])
      .replace(/^(?:\.?\/)+/, '')
      .replace(/[^\w./-]+/g, '_')
    found.push({ path, content })
    return { ...others, type: 'bind', source: `./${path}` }
  })
  return found
}

/** A parameter for a variable that the store fills in. Null for every other one. */
function parameterOf(name: string): TemplateParameterInput | null {
  const [, kind, count, rest] = /^SERVICE_(PASSWORD|USER|FQDN|BASE64|REALBASE64|HEX)_(?:(\d+)_)?(\w+)$/.exec(name) ?? []
  if (!kind) return null
  const label = titleOf((rest ?? '').toLowerCase())
  if (kind === 'FQDN') return { name, label: `Domain of ${label}`, type: 'DOMAIN', required: true }
  if (kind === 'USER') return { name, label: `User of ${label}`, generate: { kind: 'NAME', length: 12 } }
  const encoding = kind === 'HEX' ? 'HEX' : kind === 'REALBASE64' ? 'BASE64' : 'ALPHANUMERIC'
  const length = Math.min(Math.max(Number(count ?? 32), 4), 256)
  return { name, label: `Secret of ${label}`, type: 'PASSWORD', generate: { encoding, length } }
}
