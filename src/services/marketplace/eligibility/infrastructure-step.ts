import { refused } from '#services/kernel/denials/denial.js'
import type { EligibilityInput, Step } from './decide-eligibility.js'

/** A server for a deployment; undefined properties are not compared. */
export interface OfferedServer {
  /** Name of the server. Deployments with the same name share one managed server. */
  readonly reference?: string | null
  readonly cpuCores?: number | null
  readonly memoryMb?: number | null
  readonly diskGb?: number | null
  readonly cloud?: string | null
  readonly system?: string | null
}

/** Pure: whether the server has what the template needs. Every shortage is named, the first one by its field. */
export function infrastructureStep({ template, server }: Pick<EligibilityInput, 'template' | 'server'>): Step {
  const { needs } = template
  if (!server) return { denial: null, explain: `No server specified: ${needsText(needs)}` }
  const short: { field: keyof OfferedServer; text: string }[] = SIZES.flatMap((field) => {
    const [needed, offered] = [needs[field], server[field] ?? null]
    if (needed === null || offered === null || offered >= needed) return []
    return [{ field, text: `${offered} of ${needed} ${NAMES[field]}` }]
  })
  if (server.cloud && needs.clouds && !needs.clouds.includes(server.cloud.toLowerCase()))
    short.push({ field: 'cloud', text: `cloud ${quoted(server.cloud)} instead of ${needs.clouds.join(' or ')}` })
  if (server.system && needs.systems && !needs.systems.includes(server.system.toLowerCase()))
    short.push({
      field: 'system',
      text: `operating system ${quoted(server.system)} instead of ${needs.systems.join(' or ')}`,
    })
  if (short.length === 0) return { denial: null, explain: `The server meets the requirements of ${template.name}.` }
  const message = `The server does not meet the requirements of ${template.name}: ${short.map(({ text }) => text).join('; ')}.`
  return {
    denial: refused('INFRASTRUCTURE_INSUFFICIENT', message, { field: `server.${short[0]!.field}` }),
    explain: message,
  }
}

/** The caller's text, cut to a readable length. */
const quoted = (given: string): string => `'${given.length > 60 ? `${given.slice(0, 60)}…` : given}'`

const SIZES = ['cpuCores', 'memoryMb', 'diskGb'] as const
const NAMES = { cpuCores: 'cores', memoryMb: 'MB of memory', diskGb: 'GB of disk' } as const

function needsText(needs: EligibilityInput['template']['needs']): string {
  const parts = SIZES.flatMap((field) => (needs[field] === null ? [] : [`${needs[field]} ${NAMES[field]}`]))
  return parts.length
    ? `the requirements of the template (${parts.join(', ')}) were not checked.`
    : 'the template has no requirements.'
}
