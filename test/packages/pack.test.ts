import { spawnSync } from 'node:child_process'

const pack = (...args: string[]) => spawnSync(process.execPath, ['packages/pack.mjs', ...args], { encoding: 'utf8' })

describe('npm run pack', () => {
  it('prints its usage, also after a wrong option', () => {
    const usage = /^usage: npm run pack -- \[--out FOLDER\] \[server sandbox client iframe react\]$/m
    const [help, wrong, unknown] = [pack('--help'), pack('--hlp'), pack('servre')]
    expect([help.status, help.stdout, help.stderr]).toEqual([0, expect.stringMatching(usage), ''])
    expect([wrong.status, wrong.stdout, wrong.stderr]).toEqual([2, '', expect.stringMatching(usage)])
    expect(wrong.stderr).not.toContain('    at ')
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('there is no package servre')])
  })
})
