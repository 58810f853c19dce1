import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { isObject } from '../templates/definition/is-object.js'
import { variablesOf } from '../templates/parameters/variables.js'
import type { Json, Store } from './imported-template.js'
import {
  appsOfFolders,
  exposePort,
  mapTexts,
  nameVolumes,
  readMap,
  servicesOf,
  text,
  textOf,
  items,
} from './read-parts.js'

/** A folder for each app, with `umbrel-app.yml` and `docker-compose.yml`. */
export const umbrel: Store = {
  apps: (files) => appsOfFolders(files, 'umbrel-app.yml').filter(({ files: own }) => own.has('docker-compose.yml')),
  read: (app) => {
    const about = readMap(textOf(app, 'umbrel-app.yml'), 'umbrel-app.yml')
    const id = text(about['id']) ?? app.name
    const given = readMap(textOf(app, 'docker-compose.yml'), 'docker-compose.yml')
    const proxied = takeProxy(given)
    const names = servicesOf(given).map(([name]) => name)
    // A container of another service is named `<app>_<service>_1`.
    const definition = mapTexts(given, (each) =>
      names.reduce((changed, name) => changed.replaceAll(`${id}_${name}_1`, name), each),
    ) as Json
    const [host, port] = proxied
    const service = names.find((name) => host?.includes(name))
    if (service) exposePort((definition['services'] as Json)[service] as Json, port)
    const used = nameVolumes(definition, ['APP_DATA_DIR', 'UMBREL_ROOT'], app.files)
    const known = OF_THE_STORE.map(({ name }) => name)
    const foreign = [...variablesOf(definition).values()].filter(
      (each) => each.default === null && !known.includes(each.name),
    )
    return {
      title: text(about['name']) ?? app.name,
      shortDescription: text(about['tagline']),
      tags: [text(about['category'])].filter((tag): tag is string => tag !== null),
      links: (['website', 'repo', 'support'] as const).flatMap((member) => {
        const url = text(about[member])
        return url ? [{ label: member[0]!.toUpperCase() + member.slice(1), url }] : []
      }),
      definition,
      parameters: [
        ...OF_THE_STORE,
        // Variables of scripts and of other apps, whose values only the person who deploys it knows.
        ...foreign.map(({ name }): TemplateParameterInput => ({
          name,
          description: `A value of another app or of a script of ${id}.`,
        })),
      ],
      files: used.map((path) => ({ path, content: app.files.get(path)! })),
    }
  },
}

/** Removes the proxy of the store, which leads to one service. */
function takeProxy(definition: Json): [host: string | null, port: string | null] {
  if (!isObject(definition['services'])) return [null, null]
  const { app_proxy: proxy, ...services } = definition['services']
  definition['services'] = services
  for (const [, service] of servicesOf(definition))
    if (Array.isArray(service['depends_on']))
      service['depends_on'] = service['depends_on'].filter((name) => name !== 'app_proxy')
  const environment = isObject(proxy) ? proxy['environment'] : null
  const read = (name: string): string | null =>
    isObject(environment)
      ? text(environment[name])
      : (items(environment)
          .map(String)
          .find((item) => item.startsWith(`${name}=`))
          ?.slice(name.length + 1) ?? null)
  return [read('APP_HOST'), read('APP_PORT')]
}

const OF_THE_STORE: readonly TemplateParameterInput[] = [
  { name: 'APP_PASSWORD', label: 'Password', type: 'PASSWORD', generate: {} },
  { name: 'APP_SEED', label: 'Seed', type: 'PASSWORD', generate: { length: 64, encoding: 'HEX' } },
  { name: 'DEVICE_DOMAIN_NAME', label: 'Domain', type: 'DOMAIN', required: true },
  { name: 'APP_DOMAIN', label: 'Domain of the app', type: 'DOMAIN', required: true },
  { name: 'DEVICE_HOSTNAME', label: 'Host name of the server', type: 'DOMAIN', default: 'localhost' },
]
