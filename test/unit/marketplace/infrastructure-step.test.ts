import { infrastructureStep } from '#services/marketplace/eligibility/infrastructure-step.js'

const template = {
  name: 'Ghost',
  needs: { cpuCores: 2, memoryMb: null, diskGb: null, clouds: ['aws', 'hetzner'], systems: ['debian 12'] },
} as unknown as Parameters<typeof infrastructureStep>[0]['template']
const message = (server: object) => infrastructureStep({ template, server }).denial?.message

describe('server that does not fit a template', () => {
  it('lists what it offers and what is required', () => {
    expect(message({ cpuCores: 1, cloud: 'azure', system: 'Windows 11' })).toBe(
      "The server does not meet the requirements of Ghost: 1 of 2 cores; cloud 'azure' instead of aws or hetzner; operating system 'Windows 11' instead of debian 12.",
    )
    expect(message({ cloud: 'x'.repeat(500) })!.length).toBeLessThan(200)
    expect(message({ cpuCores: 2, cloud: 'AWS', system: 'Debian 12' })).toBeUndefined()
  })
})
