import { at, isObject } from './fault.js'

/** Pure: what a reviewer should look at twice. None of it is forbidden: some stacks need it. */
export function warnReviewer(definition: Readonly<Record<string, unknown>>): string[] {
  const services = isObject(definition['services']) ? definition['services'] : {}
  return Object.entries(services).flatMap(([name, service]) => {
    if (!isObject(service)) return []
    const path = at('definition.services', name)
    const image = typeof service['image'] === 'string' ? service['image'] : ''
    const mounts = JSON.stringify(service['volumes'] ?? [])
    return [
      ...(service['privileged'] === true ? [`${path} runs privileged: it can do anything on the server.`] : []),
      ...(mounts.includes('docker.sock') ? [`${path} is given the Docker socket: it can start anything.`] : []),
      ...(/"(?:\/|\/etc|\/root|\/var)(?::|")/.test(mounts) ? [`${path} is given folders of the server's system.`] : []),
      ...(service['network_mode'] === 'host' ? [`${path} uses the server's network as it is.`] : []),
      ...(service['pid'] === 'host' ? [`${path} sees every process of the server.`] : []),
      ...(Array.isArray(service['cap_add'])
        ? [`${path} asks for capabilities: ${service['cap_add'].join(', ')}.`]
        : []),
      ...(image.endsWith(':latest') || !/[:@]/.test(image.split('/').at(-1) ?? '')
        ? [`${path} follows the newest image: what is reviewed today may be another one tomorrow.`]
        : []),
      ...(service['build'] === undefined ? [] : [`${path} has a build, which is not run.`]),
      ...(service['env_file'] === undefined ? [] : [`${path} names an env_file, which a template does not carry.`]),
    ]
  })
}
