import { formatPath } from '#services/kernel/validation/validation-issue.js'
import { isObject } from './is-object.js'

/** Pure: warnings for a reviewer. None of them is forbidden, because some stacks need them. */
export function reviewWarnings(definition: Readonly<Record<string, unknown>>): string[] {
  const services = isObject(definition['services']) ? definition['services'] : {}
  return Object.entries(services).flatMap(([name, service]) => {
    if (!isObject(service)) return []
    const path = formatPath(['definition', 'services', name])
    const image = typeof service['image'] === 'string' ? service['image'] : ''
    const mounts = JSON.stringify(service['volumes'] ?? [])
    return [
      ...(service['privileged'] === true ? [`${path} is privileged and has full control of the server.`] : []),
      ...(mounts.includes('docker.sock') ? [`${path} mounts the Docker socket and can start any container.`] : []),
      ...(/"(?:\/|\/etc|\/root|\/var)(?::|")/.test(mounts) ? [`${path} mounts system folders of the server.`] : []),
      ...(service['network_mode'] === 'host' ? [`${path} uses the host network.`] : []),
      ...(service['pid'] === 'host' ? [`${path} shares the process namespace of the server.`] : []),
      ...(Array.isArray(service['cap_add']) ? [`${path} adds capabilities: ${service['cap_add'].join(', ')}.`] : []),
      ...(image.endsWith(':latest') || !/[:@]/.test(image.split('/').at(-1) ?? '')
        ? [`${path} uses an unpinned image tag. The image can change after the review.`]
        : []),
      ...(service['build'] === undefined ? [] : [`${path} has a build section, which is ignored.`]),
      ...(service['env_file'] === undefined ? [] : [`${path} uses env_file, which a template cannot contain.`]),
    ]
  })
}
